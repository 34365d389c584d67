// The forward pass of a block of examples, from item tables to v.

// weighted = weight ⊙ (C − mean) and the variance of every row: LN2 of a prototype without the
// bias, up to a factor.
static void centre(const ck_model *m, float *weighted, float *variance) {
  for (long i = 0; i < m->prototypes; i++) {
    const float *row = m->prototype + i * m->stride;
    vf sum = (vf){0}, square = (vf){0};
    for (long d = 0; d < m->stride; d += CK_LANES) sum += load(row + d);
    vf mean = splat(sum_lanes(sum) / (float)m->width);
    for (long d = 0; d < m->stride; d += CK_LANES) {
      vf centred = (load(row + d) - mean) * load(m->laneMask + d);
      square = centred * centred + square;
      store(weighted + i * m->stride + d, centred * load(m->ln2Weight + d));
    }
    variance[i] = sum_lanes(square) / (float)m->width;
  }
}

// The addresses of one example in the arrays of the block.
typedef struct {
  long count, capacity;
  const int32_t *slot;
  const float *multiplicity;
  float *a, *u, *p, *b, *h;
  int32_t *index;
  float *sigma, *inverse, *e, *delta, *inverseNorm;
} ck_example;

CK_INLINE ck_example example_at(const ck_model *m, const ck_block *block, long e) {
  long first = block->first[e], k = m->interests;
  return (ck_example){
      .count = block->count[e],
      .capacity = block->capacity[e],
      .slot = block->slot + first,
      .multiplicity = block->multiplicity + first,
      .a = block->a + first,
      .u = block->u + first,
      .p = block->p + k * first,
      .b = block->b + k * first,
      .h = block->h + first * m->stride,
      .index = block->index + e * k,
      .sigma = block->sigma + e * k,
      .inverse = block->prototypeInverse + e * k,
      .e = block->e + e * k,
      .delta = block->delta + e * k * m->stride,
      .inverseNorm = block->inverseNorm + e * k,
  };
}

// The chosen prototypes of one example and their images, which both passes compute anew. They fit
// the L1 cache.
typedef struct {
  float *cu;        // k × stride: C_u = sigma ⊙ C[index]
  float *g;         // k × stride: LN2(C_u) without its bias
  float *h;         // k × stride: C_u·w3
  float *wide[3];   // (k + 1) × stride
  float *long_[3];  // (k + 1) × capacity
  float *row[4];    // stride
  float *perInterest[4];  // k rounded up to 16
} ck_scratch;

static ck_scratch scratch_of(float *base, long stride, long k, long capacity) {
  ck_scratch s;
  float **wide[] = {&s.cu, &s.g, &s.h, &s.wide[0], &s.wide[1], &s.wide[2]};
  for (size_t i = 0; i < sizeof wide / sizeof *wide; i++, base += (k + 1) * stride) *wide[i] = base;
  for (int i = 0; i < 3; i++, base += (k + 1) * capacity) s.long_[i] = base;
  for (int i = 0; i < 4; i++, base += stride) s.row[i] = base;
  for (int i = 0; i < 4; i++, base += ck_rounded(k)) s.perInterest[i] = base;
  return s;
}

// hat = (row − mean)/√(var + eps) over the first D lanes, biased variance; returns 1/√(var + eps).
CK_INLINE float layer_norm(const ck_model *m, const float *row, float *hat) {
  vf sum = (vf){0};
  for (long d = 0; d < m->stride; d += CK_LANES) sum += load(row + d);
  vf mean = splat(sum_lanes(sum) / (float)m->width);
  vf square = (vf){0};
  for (long d = 0; d < m->stride; d += CK_LANES) {
    vf centred = (load(row + d) - mean) * load(m->laneMask + d);
    store(hat + d, centred);
    square = centred * centred + square;
  }
  float inverse = 1.0f / sqrtf(sum_lanes(square) / (float)m->width + m->epsilon);
  scale_row(m->stride, hat, inverse, hat);
  return inverse;
}

CK_INLINE void scale_and_shift(long stride, const float *hat, const float *weight,
                               const float *bias, float *out) {
  for (long d = 0; d < stride; d += CK_LANES)
    store(out + d, load(hat + d) * load(weight + d) + load(bias + d));
}

// Computes from index and sigma: C_u, C_u·w3 by linearity from the table C·w3, and LN2(C_u) by
//
//     LN2(sigma·C) = sigma/√(sigma²·var + eps) · weight ⊙ (C − mean) + bias
//
// from the table of weight ⊙ (C − mean). The bias adds the same number to all k logits of a
// position, and their softmax cancels it. If there is a table of logits, LN2 is not needed.
static void chosen_prototypes(const ck_model *m, const ck_example *x, const ck_scratch *s) {
  for (long j = 0; j < m->interests; j++) {
    long at = j * m->stride, row = x->index[j] * m->stride;
    float sigma = x->sigma[j];
    scale_row(m->stride, s->cu + at, sigma, m->prototype + row);
    scale_row(m->stride, s->h + at, sigma, m->prototypeW3 + row);
    if (!m->affinity)
      scale_row(m->stride, s->g + at, sigma * x->inverse[j], m->weighted + row);
  }
}

// Prefetches the rows that chosen_prototypes reads.
CK_INLINE void prefetch_prototypes(const ck_model *m, const int32_t *index) {
  prefetch_rows(m, m->interests, index, m->prototype);
  prefetch_rows(m, m->interests, index, m->prototypeW3);
  if (!m->affinity) prefetch_rows(m, m->interests, index, m->weighted);
}

// values = multiplicity·exp(values − max); returns the sum. Places after the positions of an
// example have multiplicity 0 and repeat the value of a position.
CK_INLINE float weighted_exponentials(const ck_example *x, float *values) {
  vf top = load(values);
  for (long t = CK_LANES; t < x->capacity; t += CK_LANES) top = largest(top, load(values + t));
  vf shift = splat(max_lanes(top)), sum = (vf){0};
  for (long t = 0; t < x->capacity; t += CK_LANES) {
    vf y = exp_lanes(load(values + t) - shift) * load(x->multiplicity + t);
    store(values + t, y);
    sum += y;
  }
  return sum_lanes(sum);
}

CK_INLINE void weighted_softmax(const ck_example *x, float *values) {
  float sum = weighted_exponentials(x, values);
  scale_row(x->capacity, values, 1.0f / sum, values);
}

// Repeats the first value after the last position.
CK_INLINE void fill_tail(const ck_example *x, float *values) {
  for (long t = x->count; t < x->capacity; t++) values[t] = values[0];
}

// a = softmax_t(alpha), z = Σ_t a_t x_t.
static void concepts(const ck_model *m, const ck_block *block) {
  for (long e = 0; e < block->examples; e++) {
    ck_example x = example_at(m, block, e);
    for (long t = 0; t < x.capacity; t++) {
      x.a[t] = m->alpha[x.slot[t]];
      block->rows[t] = m->x + x.slot[t] * m->stride;
    }
    weighted_softmax(&x, x.a);
    multiply_gathered(1, m->stride, x.count, x.a, 0, 1, block->rows, block->z + e * m->stride, 0);
  }
}

// P[j][t] = n_t·g_j, either from the table of products of slots with prototypes or by dot products.
static void assignment_logits(const ck_model *m, const ck_example *x, const ck_scratch *s,
                              const float *const *nRows) {
  if (!m->affinity) {
    dots_of_all(nRows, x->count, m->interests, s->g, m->stride, x->p, x->capacity);
    for (long j = 0; j < m->interests; j++) fill_tail(x, x->p + j * x->capacity);
    return;
  }
  for (long j = 0; j < m->interests; j++) {
    const float *column = m->affinity + x->index[j];
    float factor = x->sigma[j] * x->inverse[j], *p = x->p + j * x->capacity;
    for (long t = 0; t < x->capacity; t++) p[t] = factor * column[x->slot[t] * m->affinityRow];
  }
}

// P[j][t] = softmax_j(n_t·g_j), over the k rows of logits.
static void intention_assignment(const ck_model *m, const ck_example *x) {
  long k = m->interests;
  for (long t = 0; t < x->capacity; t += CK_LANES) {
    vf top = load(x->p + t);
    for (long j = 1; j < k; j++) top = largest(top, load(x->p + j * x->capacity + t));
    vf sum = (vf){0};
    for (long j = 0; j < k; j++) {
      vf y = exp_lanes(load(x->p + j * x->capacity + t) - top);
      store(x->p + j * x->capacity + t, y);
      sum += y;
    }
    vf inverse = 1.0f / sum;
    for (long j = 0; j < k; j++)
      store(x->p + j * x->capacity + t, load(x->p + j * x->capacity + t) * inverse);
  }
}

// delta_j = normalize(Σ_t P[t,j] T[t,j] x_t). The normalisation cancels the denominator of T, which
// is a softmax over t, so that b = multiplicity·exp(beta) replaces T.
static void interest_embeddings(const ck_model *m, const ck_example *x, const ck_scratch *s,
                                const float *const *xRows) {
  float *pb = s->long_[0];
  for (long j = 0; j < m->interests; j++) {
    float *b = x->b + j * x->capacity, *p = x->p + j * x->capacity;
    const float *beta = m->beta + j * m->slots;
    for (long t = 0; t < x->capacity; t++) b[t] = beta[x->slot[t]];
    weighted_exponentials(x, b);
    for (long t = 0; t < x->capacity; t += CK_LANES)
      store(pb + j * x->capacity + t, load(p + t) * load(b + t));
  }
  multiply_gathered(m->interests, m->stride, x->count, pb, x->capacity, 1, xRows, x->delta,
                    m->stride);
  for (long j = 0; j < m->interests; j++) {
    float *delta = x->delta + j * m->stride;
    x->inverseNorm[j] = inverse_norm(m->stride, delta);
    scale_row(m->stride, delta, x->inverseNorm[j], delta);
  }
}

// h_t = tanh(Σ_j P[t,j] C_u[j] w3), u = softmax_t(h_t·w4), y = Σ_j (Σ_t u_t P[t,j]) C_u[j].
static void aggregate(const ck_model *m, const ck_example *x, const ck_scratch *s, float *y) {
  multiply(x->count, m->stride, m->interests, x->p, 1, x->capacity, s->h, m->stride, x->h,
           m->stride);
  tanh_dot(x->count, m->stride, x->h, m->w4, x->u);
  fill_tail(x, x->u);
  weighted_softmax(x, x->u);
  float *q = s->perInterest[0];
  dots_of_rows(x->capacity, m->interests, x->p, x->capacity, x->u, 0, q);
  multiply(1, m->stride, m->interests, q, 0, 1, s->cu, m->stride, y, 0);
}

// e = softmax_j(delta_j·c / tau), v = Σ_j e_j delta_j with c = LN4(y).
static void mix_interests(const ck_model *m, const ck_example *x, const ck_scratch *s,
                          const float *c, float *v) {
  long k = m->interests;
  float *e = s->perInterest[0], top = -INFINITY, sum = 0;
  dots_of_rows(m->stride, k, x->delta, m->stride, c, 0, e);
  for (long j = 0; j < k; j++) top = e[j] > top ? e[j] : top;
  for (long j = 0; j < k; j += CK_LANES)
    store(e + j, exp_lanes((load(e + j) - top) / m->tau));
  for (long j = 0; j < k; j++) sum += e[j];
  for (long j = 0; j < k; j++) x->e[j] = e[j] / sum;
  multiply(1, m->stride, k, x->e, 0, 1, x->delta, m->stride, v, 0);
}

static void forward(const ck_model *m, const ck_block *block) {
  concepts(m, block);
  choose_prototypes(m, block);
  for (long e = 0; e < block->examples; e++) {
    ck_example x = example_at(m, block, e);
    if (e + 1 < block->examples) prefetch_prototypes(m, x.index + m->interests);
    ck_scratch s = scratch_of(block->scratch, m->stride, m->interests, x.capacity);
    const float **xRows = block->rows, **nRows = block->rows + x.capacity;
    for (long t = 0; t < x.capacity; t++) {
      xRows[t] = m->x + x.slot[t] * m->stride;
      nRows[t] = m->n + x.slot[t] * m->stride;
    }
    chosen_prototypes(m, &x, &s);
    assignment_logits(m, &x, &s, nRows);
    intention_assignment(m, &x);
    interest_embeddings(m, &x, &s, xRows);
    float *y = s.row[0], *c = s.row[1], *yHat = block->yHat + e * m->stride;
    aggregate(m, &x, &s, y);
    block->inverseDeviation[e] = layer_norm(m, y, yHat);
    scale_and_shift(m->stride, yHat, m->ln4Weight, m->ln4Bias, c);
    float *v = block->v + e * m->stride;
    mix_interests(m, &x, &s, c, v);
  }
  block_columns(block, m->stride, block->v, block->vTransposed);
}
