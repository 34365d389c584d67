// The backward pass of a block, from dv to the gradients of parameters and item tables.

// d (over LN's output) becomes dInput; weight and bias gradients are added to.
CK_INLINE void layer_norm_backward(const ck_model *m, const float *hat, float inverse,
                                   const float *weight, const float *d, float *dWeight,
                                   float *dBias, float *to) {
  vf sum = (vf){0}, along = (vf){0};
  for (long j = 0; j < m->stride; j += CK_LANES) {
    vf dj = load(d + j), h = load(hat + j), dHat = dj * load(weight + j);
    store(dBias + j, load(dBias + j) + dj);
    store(dWeight + j, dj * h + load(dWeight + j));
    sum += dHat;
    along = dHat * h + along;
  }
  vf mean = splat(sum_lanes(sum) / (float)m->width);
  vf projection = splat(sum_lanes(along) / (float)m->width);
  vf factor = splat(inverse);
  for (long j = 0; j < m->stride; j += CK_LANES) {
    vf dHat = load(d + j) * load(weight + j);
    store(to + j, factor * (dHat - mean - load(hat + j) * projection) * load(m->laneMask + j));
  }
}

// v = Σ e_j delta_j and e = softmax(delta_j·c/tau): dDelta is set, dC (over c) is set.
static void mix_interests_backward(const ck_model *m, const ck_example *x, const float *c,
                                   const float *dv, float *dDelta, float *dC) {
  long k = m->interests, stride = m->stride;
  float mean = 0;
  for (long j = 0; j < k; j++) mean += x->e[j] * dot(stride, dv, x->delta + j * stride);
  memset(dC, 0, sizeof(float) * (size_t)stride);
  for (long j = 0; j < k; j++) {
    const float *delta = x->delta + j * stride;
    float dLogit = x->e[j] * (dot(stride, dv, delta) - mean) / m->tau;
    scale_row(stride, dDelta + j * stride, x->e[j], dv);
    add_scaled(stride, dDelta + j * stride, dLogit, c);
    add_scaled(stride, dC, dLogit, delta);
  }
}

// From dy: h becomes its gradient before the tanh, dP and dC_u are set, dw4 is added to.
static void aggregate_backward(const ck_model *m, const ck_example *x, const ck_scratch *s,
                               const float *dy, float *dP, float *dCu, float *dw4) {
  long k = m->interests, stride = m->stride;
  float *du = s->long_[2];
  memset(du, 0, sizeof(float) * (size_t)x->capacity);
  for (long j = 0; j < k; j++) {  // q_j = Σ_t u_t P[t,j] weighs C_u[j] in y
    const float *p = x->p + j * x->capacity;
    float dq = dot(stride, dy, s->cu + j * stride);
    scale_row(stride, dCu + j * stride, dot(x->capacity, x->u, p), dy);
    scale_row(x->capacity, dP + j * x->capacity, dq, x->u);
    add_scaled(x->capacity, du, dq, p);
  }
  vf mean = splat(dot(x->capacity, x->u, du));
  for (long t = 0; t < x->capacity; t += CK_LANES)
    store(du + t, load(x->u + t) * (load(du + t) - mean));
  tanh_dot_backward(x->count, stride, x->h, m->w4, du, dw4);
}

// delta_j = normalize(Σ_t P b x_t): pb = P·b and dBeta = P·b·(dDelta·x_t); adds to dP.
static void interest_backward(const ck_model *m, const ck_example *x, const float *const *xRows,
                              const float *dDelta, float *pb, float *dP, float *dBetaTable,
                              float *dots) {
  dots_of_all(xRows, x->count, m->interests, dDelta, m->stride, dots, x->capacity);
  for (long j = 0; j < m->interests; j++) {
    const float *p = x->p + j * x->capacity, *b = x->b + j * x->capacity;
    float *out = pb + j * x->capacity, *dPj = dP + j * x->capacity;
    float *dPb = dots + j * x->capacity;
    fill_tail(x, dPb);
    for (long t = 0; t < x->capacity; t += CK_LANES) {
      vf pbt = load(p + t) * load(b + t), d = load(dPb + t);
      store(out + t, pbt);
      store(dPj + t, d * load(b + t) + load(dPj + t));
      store(dPb + t, d * pbt);
    }
    float *dBeta = dBetaTable + j * m->slots;
    for (long t = 0; t < x->count; t++) dBeta[x->slot[t]] += dPb[t];
  }
}

// dP becomes the gradient of the assignment logits: P (dP − Σ_j P dP).
static void assignment_backward(long k, const ck_example *x, float *dP) {
  for (long t = 0; t < x->capacity; t += CK_LANES) {
    vf mean = (vf){0};
    for (long j = 0; j < k; j++) {
      long at = j * x->capacity + t;
      mean = load(x->p + at) * load(dP + at) + mean;
    }
    for (long j = 0; j < k; j++) {
      long at = j * x->capacity + t;
      store(dP + at, load(x->p + at) * (load(dP + at) - mean));
    }
  }
}

// From dC_u, dH = d(C_u w3) and dG = d LN2(C_u) to C, C·w3, the scores and dz.
static void prototypes_backward(const ck_model *m, const ck_example *x, const ck_scratch *s,
                                const ck_gradients *to, float *dCu, const float *dH, float *dG,
                                const float *z, float *dz) {
  long stride = m->stride;
  memset(dz, 0, sizeof(float) * (size_t)stride);
  for (long j = 0; j < m->interests; j++) {
    long at = j * stride, row = x->index[j] * stride;
    float sigma = x->sigma[j], *dRow = dG + at;
    layer_norm_backward(m, s->cuHat + at, s->inverseDeviation[j], m->ln2Weight, dRow,
                        to->ln2Weight, to->ln2Bias, dRow);
    add_scaled(stride, dRow, 1.0f, dCu + at);
    float dSigma = dot(stride, dRow, m->prototype + row) + dot(stride, dH + at, m->prototypeW3 + row);
    float dScore = dSigma * sigma * (1.0f - sigma);
    add_scaled(stride, to->prototype + row, sigma, dRow);
    add_scaled(stride, to->prototype + row, dScore, z);
    add_scaled(stride, to->prototypeW3 + row, sigma, dH + at);
    add_scaled(stride, dz, dScore, m->prototype + row);
  }
}

// a = softmax_t(alpha), z = Σ a_t x_t: the gradient of alpha; dz itself goes to x with the others.
static void concept_backward(const ck_model *m, const ck_example *x, const float *const *xRows,
                             const float *dz, float *dA, float *dAlpha) {
  dots(xRows, x->count, dz, m->stride, dA);
  fill_tail(x, dA);
  vf mean = splat(dot(x->capacity, x->a, dA));
  for (long t = 0; t < x->capacity; t += CK_LANES)
    store(dA + t, load(x->a + t) * (load(dA + t) - mean));
  for (long t = 0; t < x->count; t++) dAlpha[x->slot[t]] += dA[t];
}

static void backward_example(const ck_model *m, const ck_block *block, const ck_gradients *to,
                             long e) {
  ck_example x = example_at(m, block, e);
  long k = m->interests, stride = m->stride, capacity = x.capacity;
  ck_scratch s = scratch_of(block->scratch, stride, k, capacity);
  const float **xRows = block->rows, **nRows = block->rows + capacity;
  for (long t = 0; t < capacity; t++) {
    xRows[t] = m->x + x.slot[t] * stride;
    nRows[t] = m->n + x.slot[t] * stride;
  }
  chosen_prototypes(m, &x, &s);
  float *dDelta = s.wide[0], *dCu = s.wide[1], *dH = s.wide[2], *dG = s.wide[3];
  float *pb = s.long_[0], *dP = s.long_[1], *row = s.long_[2];
  float *c = s.row[0], *dC = s.row[1], *dy = s.row[2];

  const float *yHat = block->yHat + e * stride;
  scale_and_shift(stride, yHat, m->ln4Weight, m->ln4Bias, c);
  mix_interests_backward(m, &x, c, block->dv + e * stride, dDelta, dC);
  layer_norm_backward(m, yHat, block->inverseDeviation[e], m->ln4Weight, dC, to->ln4Weight,
                      to->ln4Bias, dy);
  aggregate_backward(m, &x, &s, dy, dP, dCu, to->w4);

  multiply(k, stride, x.count, x.p, capacity, 1, x.h, stride, dH, stride);
  for (long t = 0; t < capacity; t++) block->targets[t] = x.h + t * stride;
  dots_of_all((const float *const *)block->targets, x.count, k, s.h, stride, row, capacity);
  for (long j = 0; j < k; j++) {
    fill_tail(&x, row + j * capacity);
    add_scaled(capacity, dP + j * capacity, 1.0f, row + j * capacity);
  }
  for (long j = 0; j < k; j++)
    normalize_row_backward(stride, x.delta + j * stride, x.inverseNorm[j], dDelta + j * stride,
                           dDelta + j * stride);
  interest_backward(m, &x, xRows, dDelta, pb, dP, to->beta, row);
  assignment_backward(k, &x, dP);
  multiply_gathered(k, stride, x.count, dP, capacity, 1, nRows, dG, stride);
  for (long t = 0; t < capacity; t++) block->targets[t] = to->n + x.slot[t] * stride;
  multiply_scattered(x.count, stride, k, dP, 1, capacity, s.g, stride, block->targets);

  float *dz = dDelta + k * stride;  // dDelta and dCu lie side by side: dz takes dCu's first row
  float *dzRow = s.row[3];
  prototypes_backward(m, &x, &s, to, dCu, dH, dG, block->z + e * stride, dzRow);
  concept_backward(m, &x, xRows, dzRow, row, to->alpha);
  memcpy(dz, dzRow, sizeof(float) * (size_t)stride);
  memcpy(pb + k * capacity, x.a, sizeof(float) * (size_t)capacity);
  for (long t = 0; t < capacity; t++)
    block->targets[t] =
        x.slot[t] == 0 ? to->discarded : to->items + m->slotItem[x.slot[t]] * stride;
  multiply_scattered(x.count, stride, k + 1, pb, 1, capacity, dDelta, stride, block->targets);
}

static void backward(const ck_model *m, const ck_block *block, const ck_gradients *to) {
  for (long e = 0; e < block->examples; e++) backward_example(m, block, to, e);
}
