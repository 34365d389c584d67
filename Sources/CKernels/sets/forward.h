// The forward pass of a block of examples, from item tables to v.

// weighted = weight ⊙ (C − mean) and variance of every row: what LN2 makes of a prototype but for
// a factor and the bias.
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

// The addresses of an example's parts in the block.
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

// What both passes make anew for each example: the chosen prototypes and their images. It fits L1.
typedef struct {
  float *cu;        // k × stride: C_u = sigma ⊙ C[index]
  float *g;         // k × stride: LN2(C_u) less its bias
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

// From index and sigma: C_u, C_u·w3 by linearity from the table C·w3, and LN2(C_u) by
//
//     LN2(sigma·C) = sigma/√(sigma²·var + eps) · weight ⊙ (C − mean) + bias
//
// from the table of weight ⊙ (C − mean). The bias adds the same to all k logits of a position and
// goes out in their softmax. Where there is a table of logits nothing asks for LN2.
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

// Floats of a table of prototypes from which on its rows are asked for before they are needed:
// several such tables no longer fit the caches of a core.
enum { far_floats = 1 << 16 };

// Asks for the rows of some prototypes in a table of all.
CK_INLINE void prefetch_rows(const ck_model *m, long count, const int32_t *index,
                             const float *table) {
  if (m->prototypes * m->stride < far_floats) return;
  for (long j = 0; j < count; j++)
    for (long d = 0; d < m->stride; d += ck_row_multiple)
      __builtin_prefetch(table + index[j] * m->stride + d, 1, 2);
}

// What chosen_prototypes reads.
CK_INLINE void prefetch_prototypes(const ck_model *m, const int32_t *index) {
  prefetch_rows(m, m->interests, index, m->prototype);
  prefetch_rows(m, m->interests, index, m->prototypeW3);
  if (!m->affinity) prefetch_rows(m, m->interests, index, m->weighted);
}

// values = multiplicity·exp(values − max); returns the sum. Places behind an example's positions
// have multiplicity 0 and a value that some position has too.
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

// Repeats the first value behind the last position.
CK_INLINE void fill_tail(const ck_example *x, float *values) {
  for (long t = x->count; t < x->capacity; t++) values[t] = values[0];
}

// Columns of a block's rows: to[d][e] = from[e][d], zero behind the last example.
static void block_columns(const ck_block *block, long stride, const float *from, float *to) {
  for (long e = 0; e < ck_block_examples; e++)
    for (long d = 0; d < stride; d++)
      to[d * ck_block_examples + e] = e < block->examples ? from[e * stride + d] : 0;
}

// The k best candidates so far of every example of a block: ascending rows of scores, infinite
// behind the k-th, and of the candidates they belong to.
typedef struct {
  long row;
  float *score;
  int32_t *index;
} ck_best;

static ck_best best_of(const ck_block *block, long k) {
  long row = ck_best_row(k);
  ck_best best = {row, block->scratch, (int32_t *)(block->scratch + ck_block_examples * row)};
  for (long e = 0; e < block->examples; e++)
    for (long j = 0; j < row; j++) {
      best.score[e * row + j] = j < k ? -INFINITY : INFINITY;
      best.index[e * row + j] = (int32_t)j;
    }
  return best;
}

// Enters `candidate` among the best of an example in place of the least, at its place in the order:
// the ones below move down by a lane. Of equal scores the later candidate counts as larger.
CK_INLINE void enter(const ck_best *best, long k, long e, float score, long candidate) {
  float *scores = best->score + e * best->row;
  int32_t *index = best->index + e * best->row;
  vf s = splat(score);
  vi c = (int32_t)candidate - (vi){0};
  for (long j = 0; j < k; j += CK_LANES) {
    vf own = load(scores + j), next = load(scores + j + 1);
    vi moves = s >= next, enters = s >= own;
    vi ownIndex = load_integers(index + j), nextIndex = load_integers(index + j + 1);
    store(scores + j, select_where(enters, select_where(moves, next, s), own));
    store_integers(index + j, (vi)select_where(enters, select_where(moves, (vf)nextIndex, (vf)c),
                                               (vf)ownIndex));
  }
}

// Prototypes whose scores are made and looked through while they are in the L1 cache.
enum { prototypes_at_once = 48 };

#include "shortlist.h"

// Enters the k best of every example into `best` from the scores of all prototypes. They lie
// prototype by prototype, so that 64 examples are compared at a time with the least of their best.
// A NaN never enters: the indices stay valid ones.
static void choose_from_all(const ck_model *m, const ck_block *block, const ck_best *best) {
  long k = m->interests;
  float least[ck_block_examples];
  for (long e = 0; e < ck_block_examples; e++) least[e] = e < block->examples ? -INFINITY : INFINITY;
  block_columns(block, m->stride, block->z, block->vTransposed);
  for (long first = 0; first < m->prototypes; first += prototypes_at_once) {
    long count = m->prototypes - first;
    if (count > prototypes_at_once) count = prototypes_at_once;
    multiply(count, ck_block_examples, m->stride, m->prototype + first * m->stride, m->stride, 1,
             block->vTransposed, ck_block_examples, block->score, ck_block_examples);
    for (long i = 0; i < count; i++) {
      const float *score = block->score + i * ck_block_examples;
      for (long start = 0; start < ck_block_examples; start += CK_LANES) {
        uint32_t open = lanes_where(load(score + start) >= load(least + start));
        for (; open; open &= open - 1) {
          long e = start + __builtin_ctz(open);
          enter(best, k, e, score[e], first + i);
          least[e] = best->score[e * best->row];
        }
      }
    }
  }
}

// index, sigma: the k largest scores s = C z of every example in ascending order, and sigmoid(s);
// prototypeInverse: 1/√(sigma²·var + eps), the factor of LN2(sigma·C).
static void choose_prototypes(const ck_model *m, const ck_block *block) {
  long k = m->interests;
  ck_best best = best_of(block, k);
  if (!m->bytes.row || !choose_from_bytes(m, block, &best)) choose_from_all(m, block, &best);
  for (long e = 0; e < block->examples; e++) {
    memcpy(block->sigma + e * k, best.score + e * best.row, sizeof(float) * (size_t)k);
    memcpy(block->index + e * k, best.index + e * best.row, sizeof(int32_t) * (size_t)k);
  }
  for (long i = 0; i < block->examples * k; i += CK_LANES)
    store(block->sigma + i, 1.0f / (1.0f + exp_lanes(-load(block->sigma + i))));
  for (long i = 0; i < block->examples * k; i++) {
    float sigma = block->sigma[i];
    block->prototypeInverse[i] =
        1.0f / sqrtf(sigma * sigma * m->variance[block->index[i]] + m->epsilon);
  }
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

// P[j][t] = n_t·g_j, from the table of logits of items and prototypes or by dot products.
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

// P[j][t] = softmax_j(n_t·g_j), down the k rows of logits.
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

// delta_j = normalize(Σ_t P[t,j] T[t,j] x_t). The normalisation cancels the denominator of T, the
// softmax over t, so that b = multiplicity·exp(beta) stands in for T.
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
