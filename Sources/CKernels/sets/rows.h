// Row-wise functions: moving rows, tanh with a dot product, normalisation, norms.

static void transpose(long rows, long columns, const float *from, long fromRow, float *to,
                      long toRow) {
  for (long i = 0; i < rows; i++)
    for (long j = 0; j < columns; j++) to[j * toRow + i] = from[i * fromRow + j];
}

static void gather_rows(long count, long stride, const int32_t *ids, const float *from,
                        float *to) {
  for (long i = 0; i < count; i++)
    memcpy(to + i * stride, from + ids[i] * stride, sizeof(float) * (size_t)stride);
}

static void scatter_rows(long first, long count, long stride, const int32_t *ids,
                         const float *from, float *to) {
  for (long i = first; i < count; i++)
    for (long d = 0; d < stride; d += CK_LANES) {
      float *place = to + ids[i] * stride + d;
      store(place, load(place) + load(from + i * stride + d));
    }
}

static void tanh_dot(long rows, long stride, float *values, const float *w, float *out) {
  for (long i = 0; i < rows; i++) {
    float *row = values + i * stride;
    vf sum = (vf){0};
    for (long d = 0; d < stride; d += CK_LANES) {
      vf y = tanh_lanes(load(row + d));
      store(row + d, y);
      sum = y * load(w + d) + sum;
    }
    out[i] = sum_lanes(sum);
  }
}

// d tanh = (1 − y²)·dOut·w; dw = Σ dOut·y.
static void tanh_dot_backward(long rows, long stride, float *values, const float *w,
                              const float *dOut, float *dw) {
  for (long i = 0; i < rows; i++) {
    float *row = values + i * stride;
    vf d = splat(dOut[i]);
    for (long j = 0; j < stride; j += CK_LANES) {
      vf y = load(row + j);
      store(dw + j, d * y + load(dw + j));
      store(row + j, d * load(w + j) * (1.0f - y * y));
    }
  }
}

CK_INLINE float dot(long stride, const float *a, const float *b) {
  vf sum = (vf){0};
  for (long d = 0; d < stride; d += CK_LANES) sum = load(a + d) * load(b + d) + sum;
  return sum_lanes(sum);
}

// a += factor·b
CK_INLINE void add_scaled(long stride, float *a, float factor, const float *b) {
  vf f = splat(factor);
  for (long d = 0; d < stride; d += CK_LANES) store(a + d, f * load(b + d) + load(a + d));
}

CK_INLINE void scale_row(long stride, float *to, float factor, const float *from) {
  vf f = splat(factor);
  for (long d = 0; d < stride; d += CK_LANES) store(to + d, f * load(from + d));
}

static const float norm_floor = 1e-12f;

// 1/max(‖row‖, 1e-12), the factor of torch's normalize.
CK_INLINE float inverse_norm(long stride, const float *row) {
  float norm = sqrtf(dot(stride, row, row));
  return 1.0f / (norm > norm_floor ? norm : norm_floor);
}

// to = inverse·(d − (d·unit)·unit). If the norm is below the floor, the factor is a constant, and
// to = inverse·d.
CK_INLINE void normalize_row_backward(long stride, const float *unit, float inverse,
                                      const float *d, float *to) {
  vf along = splat(inverse < 1.0f / norm_floor ? dot(stride, d, unit) : 0.0f);
  vf factor = splat(inverse);
  for (long j = 0; j < stride; j += CK_LANES)
    store(to + j, factor * (load(d + j) - along * load(unit + j)));
}

static void normalize(long rows, long stride, float *values, float *inverse) {
  for (long i = 0; i < rows; i++) {
    float *row = values + i * stride;
    inverse[i] = inverse_norm(stride, row);
    scale_row(stride, row, inverse[i], row);
  }
}

static void normalize_backward(long rows, long stride, const float *values, const float *inverse,
                               float *d) {
  for (long i = 0; i < rows; i++) {
    float *row = d + i * stride;
    normalize_row_backward(stride, values + i * stride, inverse[i], row, row);
  }
}

static float largest_norm(long rows, long stride, const float *values) {
  float best = 0;
  for (long i = 0; i < rows; i++) {
    float square = dot(stride, values + i * stride, values + i * stride);
    if (!(square <= best)) best = square;  // NaN counts as large
  }
  return sqrtf(best);
}

static double power_sum(long n, const float *g, double p) {
  double sum = 0;
  for (long i = 0; i < n; i++) {
    double size = fabs((double)g[i]);
    if (isinf(p)) sum = size > sum || isnan(size) ? size : sum;
    else sum += p == 2 ? size * size : p == 1 ? size : pow(size, p);
  }
  return sum;
}

static void scale_values(long n, float *values, float factor) {
  for (long i = 0; i < n; i++) values[i] *= factor;
}

static void add_all(long n, long sources, const float *const *from, float *to) {
  for (long i = 0; i < n; i += CK_LANES) {
    vf sum = load(to + i);
    for (long s = 0; s < sources; s++) sum += load(from[s] + i);
    store(to + i, sum);
  }
}

// The columns of a block's rows: to[d][e] = from[e][d], and zero after the last example.
static void block_columns(const ck_block *block, long stride, const float *from, float *to) {
  for (long e = 0; e < ck_block_examples; e++)
    for (long d = 0; d < stride; d++)
      to[d * ck_block_examples + e] = e < block->examples ? from[e * stride + d] : 0;
}

// The floats of the smallest table of prototypes whose rows are prefetched. Several larger tables
// do not fit the caches of a core.
enum { far_floats = 1 << 16 };

// Prefetches the rows of some prototypes from a table of all prototypes.
CK_INLINE void prefetch_rows(const ck_model *m, long count, const int32_t *index,
                             const float *table) {
  if (m->prototypes * m->stride < far_floats) return;
  for (long j = 0; j < count; j++)
    for (long d = 0; d < m->stride; d += ck_row_multiple)
      __builtin_prefetch(table + index[j] * m->stride + d, 1, 2);
}
