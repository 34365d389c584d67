// Products of small matrices from register tiles of up to CK_TILE_ROWS × CK_TILE_VECTORS.

// The addresses of the rows of b and c: a fixed number of floats apart, or one pointer for each
// row.
typedef struct {
  const float *b;
  long bRow;
  const float *const *bRows;
  float *c;
  long cRow;
  float *const *cRows;
} ck_tile_rows;

// c (rows × vectors·CK_LANES) = a·b over `depth`, or c += a·b. Callers pass constants for
// everything but depth and addresses, so that the accumulators are registers. The rows of c are
// updated one after another, because the same row may occur twice among scattered rows.
CK_INLINE void tile(const int rows, const int vectors, long depth, const float *restrict a,
                    long aRow, long aColumn, ck_tile_rows at, long column, const bool gathered,
                    const bool scattered, const bool accumulate) {
  vf sum[CK_TILE_ROWS][CK_TILE_VECTORS];
#pragma clang loop unroll(full)
  for (int i = 0; i < rows; i++)
#pragma clang loop unroll(full)
    for (int j = 0; j < vectors; j++) sum[i][j] = (vf){0};
  for (long l = 0; l < depth; l++) {
    const float *bRow = (gathered ? at.bRows[l] : at.b + l * at.bRow) + column;
    vf b[CK_TILE_VECTORS];
#pragma clang loop unroll(full)
    for (int j = 0; j < vectors; j++) b[j] = load(bRow + j * CK_LANES);
#pragma clang loop unroll(full)
    for (int i = 0; i < rows; i++) {
      vf factor = splat(a[i * aRow + l * aColumn]);
#pragma clang loop unroll(full)
      for (int j = 0; j < vectors; j++) sum[i][j] = factor * b[j] + sum[i][j];
    }
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < rows; i++) {
    float *c = (scattered ? at.cRows[i] : at.c + i * at.cRow) + column;
#pragma clang loop unroll(full)
    for (int j = 0; j < vectors; j++) {
      float *place = c + j * CK_LANES;
      store(place, accumulate ? load(place) + sum[i][j] : sum[i][j]);
    }
  }
}

#define CK_ROWS_CASE(count)                                                                \
  case count:                                                                              \
    tile(count, vectors, depth, a, aRow, aColumn, at, column, gathered, scattered, accumulate); \
    break;

// Computes all m rows of one strip of columns.
CK_INLINE void strip(const int vectors, long m, long depth, const float *a, long aRow,
                     long aColumn, ck_tile_rows at, long column, const bool gathered,
                     const bool scattered, const bool accumulate) {
  while (m > 0) {
    long rows = m < CK_TILE_ROWS ? m : CK_TILE_ROWS;
    switch (rows) {
      CK_ROWS_CASE(1)
      CK_ROWS_CASE(2)
      CK_ROWS_CASE(3)
      CK_ROWS_CASE(4)
#if CK_TILE_ROWS > 4
      CK_ROWS_CASE(5)
      CK_ROWS_CASE(6)
#endif
    }
    m -= rows;
    a += rows * aRow;
    if (scattered) at.cRows += rows;
    else at.c += rows * at.cRow;
  }
}

#define CK_VECTORS_CASE(count)                                                              \
  case count:                                                                               \
    strip(count, m, depth, a, aRow, aColumn, at, column, gathered, scattered, accumulate); \
    break;

CK_INLINE void product(long m, long n, long depth, const float *a, long aRow, long aColumn,
                       ck_tile_rows at, const bool gathered, const bool scattered,
                       const bool accumulate) {
  for (long column = 0; column < n;) {
    long vectors = (n - column) / CK_LANES;
    if (vectors > CK_TILE_VECTORS) vectors = CK_TILE_VECTORS;
    switch (vectors) {
      CK_VECTORS_CASE(1)
      CK_VECTORS_CASE(2)
#if CK_TILE_VECTORS > 2
      CK_VECTORS_CASE(3)
      CK_VECTORS_CASE(4)
#endif
    }
    column += vectors * CK_LANES;
  }
}

static __attribute__((noinline)) void multiply(long m, long n, long depth, const float *a,
                                               long aRow, long aColumn, const float *b, long bRow,
                                               float *c, long cRow) {
  ck_tile_rows at = {.b = b, .bRow = bRow, .c = c, .cRow = cRow};
  product(m, n, depth, a, aRow, aColumn, at, false, false, false);
}

static __attribute__((noinline)) void multiply_add(long m, long n, long depth, const float *a,
                                                   long aRow, long aColumn, const float *b,
                                                   long bRow, float *c, long cRow) {
  ck_tile_rows at = {.b = b, .bRow = bRow, .c = c, .cRow = cRow};
  product(m, n, depth, a, aRow, aColumn, at, false, false, true);
}

// c = a·b; row l of b is bRows[l].
static __attribute__((noinline)) void multiply_gathered(long m, long n, long depth,
                                                        const float *a, long aRow, long aColumn,
                                                        const float *const *bRows, float *c,
                                                        long cRow) {
  ck_tile_rows at = {.bRows = bRows, .c = c, .cRow = cRow};
  product(m, n, depth, a, aRow, aColumn, at, true, false, false);
}

// Row i of a·b is added to cRows[i].
static __attribute__((noinline)) void multiply_scattered(long m, long n, long depth,
                                                         const float *a, long aRow, long aColumn,
                                                         const float *b, long bRow,
                                                         float *const *cRows) {
  ck_tile_rows at = {.b = b, .bRow = bRow, .cRows = cRows};
  product(m, n, depth, a, aRow, aColumn, at, false, true, true);
}

static void gemm(long m, long n, long depth, const float *a, long aRow, long aColumn,
                 const float *b, long bRow, float *c, long cRow, bool accumulate) {
  (accumulate ? multiply_add : multiply)(m, n, depth, a, aRow, aColumn, b, bRow, c, cRow);
}

// out[t] = rows[t]·g for t < count. Both rows and out have room for a multiple of CK_LANES values.
static __attribute__((noinline)) void dots(const float *const *rows, long count, const float *g,
                                           long stride, float *out) {
  for (long t = 0; t < count; t += CK_LANES) {
    if (count - t <= CK_LANES / 4) {
      for (; t < count; t++) {
        vf sum = (vf){0};
        for (long d = 0; d < stride; d += CK_LANES) sum = load(rows[t] + d) * load(g + d) + sum;
        out[t] = sum_lanes(sum);
      }
      return;
    }
    vf sum[CK_LANES];
#pragma clang loop unroll(full)
    for (int i = 0; i < CK_LANES; i++) sum[i] = (vf){0};
    for (long d = 0; d < stride; d += CK_LANES) {
      vf factor = load(g + d);
#pragma clang loop unroll(full)
      for (int i = 0; i < CK_LANES; i++) sum[i] = load(rows[t + i] + d) * factor + sum[i];
    }
    store(out + t, sums_of_lanes(sum));
  }
}

// out0[t] = rows[t]·g0 and out1[t] = rows[t]·g1. Every row is loaded once for both products.
static __attribute__((noinline)) void dots_of_two(const float *const *rows, long count,
                                                  const float *g0, const float *g1, long stride,
                                                  float *out0, float *out1) {
  enum { half = CK_LANES / 2 };
  for (long t = 0; t < count; t += half) {
    vf sum[CK_LANES];
#pragma clang loop unroll(full)
    for (int i = 0; i < CK_LANES; i++) sum[i] = (vf){0};
    for (long d = 0; d < stride; d += CK_LANES) {
      vf factor0 = load(g0 + d), factor1 = load(g1 + d);
#pragma clang loop unroll(full)
      for (int i = 0; i < half; i++) {
        vf row = load(rows[t + i] + d);
        sum[i] = row * factor0 + sum[i];
        sum[half + i] = row * factor1 + sum[half + i];
      }
    }
    vf all = sums_of_lanes(sum);
    memcpy(out0 + t, &all, sizeof(float) * half);
    memcpy(out1 + t, (const float *)&all + half, sizeof(float) * half);
  }
}

// out[i] = a[i]·b[i] over n floats for i < count. Rows of b are bRow floats apart; 0 uses one row
// for all i. The rest of `out` up to a multiple of CK_LANES is overwritten as well.
static __attribute__((noinline)) void dots_of_rows(long n, long count, const float *a, long aRow,
                                                   const float *b, long bRow, float *out) {
  for (long start = 0; start < count; start += CK_LANES) {
    vf sum[CK_LANES];
#pragma clang loop unroll(full)
    for (int i = 0; i < CK_LANES; i++) sum[i] = (vf){0};
    for (long d = 0; d < n; d += CK_LANES)
#pragma clang loop unroll(full)
      for (int i = 0; i < CK_LANES; i++) {
        long row = start + i < count ? start + i : start;
        sum[i] = load(a + row * aRow + d) * load(b + row * bRow + d) + sum[i];
      }
    store(out + start, sums_of_lanes(sum));
  }
}

// With at least many_rows rows of g, it is faster to transpose `rows` first, because no lanes have
// to be summed. few_rows rows or fewer are not transposed. columns_at_once columns are transposed
// at a time.
enum { many_rows = 6, few_rows = 6, columns_at_once = 128 };

// As dots_of_all, for many rows of g: CK_LANES rows at a time become the columns of a matrix.
static __attribute__((noinline)) void dots_by_columns(const float *const *rows, long count, long k,
                                                      const float *g, long stride, float *out,
                                                      long outRow) {
  long t = 0;
  for (; count - t > few_rows; t += CK_LANES)
    for (long start = 0; start < stride; start += columns_at_once) {
      long depth = stride - start < columns_at_once ? stride - start : columns_at_once;
      float columns[columns_at_once * CK_LANES];
      for (long d = 0; d < depth; d += CK_LANES) {
        vf v[CK_LANES];
#pragma clang loop unroll(full)
        for (int i = 0; i < CK_LANES; i++) v[i] = load(rows[t + i] + start + d);
        transpose_lanes(v);
#pragma clang loop unroll(full)
        for (int i = 0; i < CK_LANES; i++) store(columns + (d + i) * CK_LANES, v[i]);
      }
      ck_tile_rows at = {.b = columns, .bRow = CK_LANES, .c = out + t, .cRow = outRow};
      if (start == 0) strip(1, k, depth, g, stride, 1, at, 0, false, false, false);
      else strip(1, k, depth, g + start, stride, 1, at, 0, false, false, true);
    }
  for (; t < count; t++)
    for (long j = 0; j < k; j += CK_LANES) {
      float values[CK_LANES];
      long width = k - j < CK_LANES ? k - j : CK_LANES;
      dots_of_rows(stride, width, g + j * stride, stride, rows[t], 0, values);
      for (long i = 0; i < width; i++) out[(j + i) * outRow + t] = values[i];
    }
}

// out[j][t] = rows[t]·g[j] for j < k and t < count. Rows of g are `stride` floats apart, rows of
// out `outRow` floats. After `count`, a row of out holds any values.
CK_INLINE void dots_of_all(const float *const *rows, long count, long k, const float *g,
                           long stride, float *out, long outRow) {
  if (k >= many_rows) {
    dots_by_columns(rows, count, k, g, stride, out, outRow);
    return;
  }
  long j = 0;
  for (; j + 1 < k; j += 2)
    dots_of_two(rows, count, g + j * stride, g + (j + 1) * stride, stride, out + j * outRow,
                out + (j + 1) * outRow);
  if (j < k) dots(rows, count, g + j * stride, stride, out + j * outRow);
}
