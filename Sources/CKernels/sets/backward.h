// The backward pass of a block, from dv to the gradients of parameters and item tables.

// to = the gradient of LN's input, from d, the gradient of its output. Adds to the gradients of
// weight and bias.
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

// Sets dRaw and dC, the gradients of raw and c: v = Σ e_j delta_j with e = softmax(delta_j·c/tau)
// and delta_j = normalize(raw_j). If a norm is below its floor, the factor of normalize is a
// constant.
static void mix_interests_backward(const ck_model *m, const ck_example *x, const ck_scratch *s,
                                   const float *c, const float *dv, float *dRaw, float *dC) {
  long k = m->interests, stride = m->stride;
  float *dE = s->perInterest[0], *along = s->perInterest[1], *dLogit = dE, mean = 0;
  dots_of_rows(stride, k, x->delta, stride, dv, 0, dE);
  dots_of_rows(stride, k, x->delta, stride, c, 0, along);
  for (long j = 0; j < k; j++) mean += x->e[j] * dE[j];
  for (long j = 0; j < k; j++) {
    float e = x->e[j], inverse = x->inverseNorm[j], dEj = dE[j];
    dLogit[j] = e * (dEj - mean) / m->tau;
    vf projection = splat(inverse < 1.0f / norm_floor ? e * dEj + dLogit[j] * along[j] : 0.0f);
    vf weight = splat(e), logit = splat(dLogit[j]), factor = splat(inverse);
    for (long d = 0; d < stride; d += CK_LANES) {
      vf dDelta = weight * load(dv + d) + logit * load(c + d);
      store(dRaw + j * stride + d,
            factor * (dDelta - projection * load(x->delta + j * stride + d)));
    }
  }
  multiply(1, stride, k, dLogit, 0, 1, x->delta, stride, dC, 0);
}

// From dy: h becomes the gradient before the tanh. Sets q_j = Σ_t u_t P[t,j], which is the weight
// of C_u[j] in y, and its gradient dq. Adds to dw4.
static void aggregate_backward(const ck_model *m, const ck_example *x, const ck_scratch *s,
                               const float *dy, float *q, float *dq, float *dw4) {
  long k = m->interests, stride = m->stride;
  float *du = s->long_[2];
  dots_of_rows(x->capacity, k, x->p, x->capacity, x->u, 0, q);
  dots_of_rows(stride, k, s->cu, stride, dy, 0, dq);
  multiply(1, x->capacity, k, dq, 0, 1, x->p, x->capacity, du, 0);
  vf mean = splat(dot(x->capacity, x->u, du));
  for (long t = 0; t < x->capacity; t += CK_LANES)
    store(du + t, load(x->u + t) * (load(du + t) - mean));
  tanh_dot_backward(x->count, stride, x->h, m->w4, du, dw4);
}

// From raw_j = Σ_t P b x_t: sets pb = P·b, adds P·b·(dRaw_j·x_t) to the gradient of beta, and adds
// to dP what comes from raw_j and from y.
static void interest_backward(const ck_model *m, const ck_example *x, const float *const *xRows,
                              const float *dRaw, const float *dq, float *pb, float *dP,
                              float *dBetaTable, float *dots) {
  dots_of_all(xRows, x->count, m->interests, dRaw, m->stride, dots, x->capacity);
  for (long j = 0; j < m->interests; j++) {
    const float *p = x->p + j * x->capacity, *b = x->b + j * x->capacity;
    float *out = pb + j * x->capacity, *dPj = dP + j * x->capacity;
    float *dPb = dots + j * x->capacity;
    vf factor = splat(dq[j]);
    for (long t = 0; t < x->capacity; t += CK_LANES) {
      vf pbt = load(p + t) * load(b + t), d = load(dPb + t);
      store(out + t, pbt);
      store(dPj + t, d * load(b + t) + (factor * load(x->u + t) + load(dPj + t)));
      store(dPb + t, d * pbt);
    }
    float *dBeta = dBetaTable + j * m->slots;
    for (long t = 0; t < x->count; t++) dBeta[x->slot[t]] += dPb[t];
  }
}

// dP becomes the gradient of the assignment logits, P (dP − Σ_j P dP).
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

// For logits n_t·g_j from a table: adds their gradient to that of the table, and sets along[j] =
// dg_j·g_j.
static void table_backward(const ck_model *m, const ck_example *x, const ck_gradients *to,
                           const float *dLogits, float *along) {
  for (long j = 0; j < m->interests; j++) {
    const float *column = m->affinity + x->index[j], *d = dLogits + j * x->capacity;
    float *dColumn = to->affinity + x->index[j], factor = x->sigma[j] * x->inverse[j], sum = 0;
    for (long t = 0; t < x->count; t++) {
      long at = x->slot[t] * m->affinityRow;
      float scaled = factor * d[t];
      sum += scaled * column[at];
      dColumn[at] += scaled;
    }
    along[j] = sum;
  }
}

// For logits n_t·g_j that are dot products: adds to the gradients of n and of `weighted`, and sets
// along[j] = dg_j·g_j.
static void logits_backward(const ck_model *m, const ck_block *block, const ck_example *x,
                            const ck_scratch *s, const ck_gradients *to,
                            const float *const *nRows, const float *dLogits, float *dG,
                            float *along) {
  long k = m->interests, stride = m->stride;
  multiply_gathered(k, stride, x->count, dLogits, x->capacity, 1, nRows, dG, stride);
  for (long t = 0; t < x->capacity; t++) block->targets[t] = to->n + x->slot[t] * stride;
  multiply_scattered(x->count, stride, k, dLogits, 1, x->capacity, s->g, stride, block->targets);
  dots_of_rows(stride, k, dG, stride, s->g, stride, along);
  for (long j = 0; j < k; j++)
    add_scaled(stride, to->weighted + x->index[j] * stride, x->sigma[j] * x->inverse[j],
               dG + j * stride);
}

// From dH = d(C_u w3), dC_u[j] = q_j·dy, dq_j = dy·C_u[j] and along_j = dg_j·g_j: adds to the
// gradients of C, C·w3 and the variances, and sets dz, which passes through the scores.
static void prototypes_backward(const ck_model *m, const ck_example *x, const ck_scratch *s,
                                const ck_gradients *to, const float *dy, const float *q,
                                const float *dq, const float *dH, const float *along,
                                const float *z, float *dz) {
  long stride = m->stride, k = m->interests;
  float *dHh = s->perInterest[3];
  dots_of_rows(stride, k, dH, stride, s->h, stride, dHh);
  memset(dz, 0, sizeof(float) * (size_t)stride);
  for (long j = 0; j < k; j++) {
    long row = x->index[j] * stride;
    float sigma = x->sigma[j], ofVariance = along[j] * x->inverse[j] * x->inverse[j];
    to->variance[x->index[j]] -= 0.5f * sigma * sigma * ofVariance;
    float dScore = (1.0f - sigma) * (q[j] * dq[j] + dHh[j] + m->epsilon * ofVariance);
    vf score = splat(dScore), weight = splat(sigma * q[j]), factor = splat(sigma);
    for (long d = 0; d < stride; d += CK_LANES) {
      float *place = to->prototype + row + d, *placeW3 = to->prototypeW3 + row + d;
      store(place, score * load(z + d) + (weight * load(dy + d) + load(place)));
      store(placeW3, factor * load(dH + j * stride + d) + load(placeW3));
      store(dz + d, score * load(m->prototype + row + d) + load(dz + d));
    }
  }
}

// Adds to the gradients of C and of LN2's weight from the gradients of `weighted` and `variance`.
// The gradient of LN2's bias is zero: see chosen_prototypes.
static void centre_backward(const ck_model *m, const float *dWeighted, const float *dVariance,
                            float *dPrototype, float *dWeight) {
  for (long i = 0; i < m->prototypes; i++) {
    long at = i * m->stride;
    vf sum = (vf){0};
    for (long d = 0; d < m->stride; d += CK_LANES) sum += load(m->prototype + at + d);
    vf mean = splat(sum_lanes(sum) / (float)m->width);
    vf along = splat(2.0f / (float)m->width * dVariance[i]);
    sum = (vf){0};
    for (long d = 0; d < m->stride; d += CK_LANES) {
      vf centred = (load(m->prototype + at + d) - mean) * load(m->laneMask + d);
      vf dRow = load(dWeighted + at + d);
      store(dWeight + d, dRow * centred + load(dWeight + d));
      sum += dRow * load(m->ln2Weight + d);
    }
    vf dMean = splat(sum_lanes(sum) / (float)m->width);
    for (long d = 0; d < m->stride; d += CK_LANES) {
      vf mask = load(m->laneMask + d), centred = (load(m->prototype + at + d) - mean) * mask;
      vf dCentred = load(dWeighted + at + d) * load(m->ln2Weight + d) - dMean;
      store(dPrototype + at + d, load(dPrototype + at + d) + (along * centred + dCentred) * mask);
    }
  }
}

// Adds to the gradient of alpha from dz: a = softmax_t(alpha), z = Σ a_t x_t. The gradient of x
// through z is added together with the gradient through the interests.
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
  prefetch_rows(m, m->interests, x.index, to->prototype);
  prefetch_rows(m, m->interests, x.index, to->prototypeW3);
  if (!m->affinity) prefetch_rows(m, m->interests, x.index, to->weighted);
  if (e + 1 < block->examples) prefetch_prototypes(m, x.index + k);
  chosen_prototypes(m, &x, &s);
  float *dRaw = s.wide[0], *dH = s.wide[1], *dG = s.wide[2];
  float *pb = s.long_[0], *dP = s.long_[1], *row = s.long_[2];
  float *c = s.row[0], *dC = s.row[1], *dy = s.row[2], *dz = s.row[3];

  const float *yHat = block->yHat + e * stride;
  scale_and_shift(stride, yHat, m->ln4Weight, m->ln4Bias, c);
  mix_interests_backward(m, &x, &s, c, block->dv + e * stride, dRaw, dC);
  layer_norm_backward(m, yHat, block->inverseDeviation[e], m->ln4Weight, dC, to->ln4Weight,
                      to->ln4Bias, dy);
  float *q = s.perInterest[0], *dq = s.perInterest[1], *along = s.perInterest[2];
  aggregate_backward(m, &x, &s, dy, q, dq, to->w4);

  multiply(k, stride, x.count, x.p, capacity, 1, x.h, stride, dH, stride);
  for (long t = 0; t < capacity; t++) block->targets[t] = x.h + (t < x.count ? t : 0) * stride;
  dots_of_all((const float *const *)block->targets, x.count, k, s.h, stride, dP, capacity);
  interest_backward(m, &x, xRows, dRaw, dq, pb, dP, to->beta, row);
  assignment_backward(k, &x, dP);
  if (m->affinity) table_backward(m, &x, to, dP, along);
  else logits_backward(m, block, &x, &s, to, nRows, dP, dG, along);

  prototypes_backward(m, &x, &s, to, dy, q, dq, dH, along, block->z + e * stride, dz);
  concept_backward(m, &x, xRows, dz, row, to->alpha);
  // The gradient of x through z, a_t dz, is added together with that of the interests, as row k
  // of both factors.
  memcpy(dRaw + k * stride, dz, sizeof(float) * (size_t)stride);
  memcpy(pb + k * capacity, x.a, sizeof(float) * (size_t)capacity);
  for (long t = 0; t < capacity; t++)
    block->targets[t] =
        x.slot[t] == 0 ? to->discarded : to->items + m->slotItem[x.slot[t]] * stride;
  multiply_scattered(x.count, stride, k + 1, pb, 1, capacity, dRaw, stride, block->targets);
}

static void backward(const ck_model *m, const ck_block *block, const ck_gradients *to) {
  for (long e = 0; e < block->examples; e++) backward_example(m, block, to, e);
}
