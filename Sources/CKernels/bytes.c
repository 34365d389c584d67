#include "ckbytes.h"

#if defined(__x86_64__)

#include <immintrin.h>
#include <string.h>

bool ck_multiplies_bytes(void) {
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512vnni");
}

#define CK_BYTES __attribute__((target("avx512f,avx512bw,avx512vnni")))

// A tile of 6 rows by 64 columns takes 24 registers for its sums.
enum { tile_rows = 6, tile_vectors = 4 };

CK_BYTES static inline __attribute__((always_inline)) void byte_tile(
    const int rows, long groups, const int8_t *a, const int32_t *offset, const uint8_t *b,
    int32_t *c) {
  __m512i sum[tile_rows][tile_vectors];
#pragma clang loop unroll(full)
  for (int i = 0; i < rows; i++)
#pragma clang loop unroll(full)
    for (int j = 0; j < tile_vectors; j++) sum[i][j] = _mm512_set1_epi32(offset[i]);
  for (long l = 0; l < groups; l++) {
    __m512i column[tile_vectors];
#pragma clang loop unroll(full)
    for (int j = 0; j < tile_vectors; j++)
      column[j] = _mm512_loadu_si512(b + (l * tile_vectors + j) * 64);
#pragma clang loop unroll(full)
    for (int i = 0; i < rows; i++) {
      int32_t four;
      memcpy(&four, a + (i * groups + l) * 4, sizeof four);
      __m512i factor = _mm512_set1_epi32(four);
#pragma clang loop unroll(full)
      for (int j = 0; j < tile_vectors; j++)
        sum[i][j] = _mm512_dpbusd_epi32(sum[i][j], column[j], factor);
    }
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < rows; i++)
#pragma clang loop unroll(full)
    for (int j = 0; j < tile_vectors; j++)
      _mm512_storeu_si512(c + (i * tile_vectors + j) * 16, sum[i][j]);
}

CK_BYTES void ck_multiply_bytes(long rows, long groups, const int8_t *a, const int32_t *offset,
                                const uint8_t *b, int32_t *c) {
  long i = 0;
  for (; i + tile_rows <= rows; i += tile_rows)
    byte_tile(tile_rows, groups, a + i * groups * 4, offset + i, b, c + i * 64);
  for (; i < rows; i++) byte_tile(1, groups, a + i * groups * 4, offset + i, b, c + i * 64);
}

#else

bool ck_multiplies_bytes(void) { return false; }

void ck_multiply_bytes(long rows, long groups, const int8_t *a, const int32_t *offset,
                       const uint8_t *b, int32_t *c) {
  __builtin_unreachable();
}

#endif
