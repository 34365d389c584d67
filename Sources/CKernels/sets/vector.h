// One vector type a set, CK_LANES floats wide, and the elementary functions on it.
//
// Included by the source file of a set, inside its target attribute; so are the other headers here.

#include <math.h>
#include <stddef.h>
#include <string.h>

#define CK_INLINE static inline __attribute__((always_inline))

typedef float vf __attribute__((vector_size(4 * CK_LANES)));
typedef int32_t vi __attribute__((vector_size(4 * CK_LANES)));
typedef float vf_unaligned __attribute__((vector_size(4 * CK_LANES), aligned(4)));
typedef int32_t vi_unaligned __attribute__((vector_size(4 * CK_LANES), aligned(4)));

CK_INLINE vf load(const float *p) { return *(const vf_unaligned *)p; }
CK_INLINE void store(float *p, vf value) { *(vf_unaligned *)p = value; }
CK_INLINE vi load_integers(const int32_t *p) { return *(const vi_unaligned *)p; }
CK_INLINE void store_integers(int32_t *p, vi value) { *(vi_unaligned *)p = value; }
// x − 0 is x for every x, so this is a plain broadcast (x + 0 would not be: it changes −0).
CK_INLINE vf splat(float value) { return value - (vf){0}; }
CK_INLINE vf select_where(vi mask, vf yes, vf no) {
  return (vf)((mask & (vi)yes) | (~mask & (vi)no));
}
// Both keep a NaN in `a`, so that a diverged trial is noticed and not clamped.
CK_INLINE vf largest(vf a, vf b) { return select_where(b > a, b, a); }
CK_INLINE vf smallest(vf a, vf b) { return select_where(b < a, b, a); }

CK_INLINE float sum_lanes(vf v) {
  float lanes[CK_LANES];
  memcpy(lanes, &v, sizeof lanes);
  for (int width = CK_LANES / 2; width > 0; width /= 2)
    for (int i = 0; i < width; i++) lanes[i] += lanes[i + width];
  return lanes[0];
}
CK_INLINE float max_lanes(vf v) {
  float lanes[CK_LANES];
  memcpy(lanes, &v, sizeof lanes);
  for (int width = CK_LANES / 2; width > 0; width /= 2)
    for (int i = 0; i < width; i++) lanes[i] = lanes[i] > lanes[i + width] ? lanes[i] : lanes[i + width];
  return lanes[0];
}
// Bit i is set if lane i of a comparison is true.
CK_INLINE uint32_t lanes_where(vi mask) {
  typedef bool lanes_of_bits __attribute__((ext_vector_type(CK_LANES)));
  lanes_of_bits bits = __builtin_convertvector(mask, lanes_of_bits);
#if CK_LANES == 16
  return __builtin_bit_cast(uint16_t, bits);
#else
  return __builtin_bit_cast(uint8_t, bits) & ((1u << CK_LANES) - 1);
#endif
}

// e^x to 2 ulp: x = n·ln 2 + r, |r| ≤ ln 2 / 2, a minimax polynomial of degree 6 in r (relative
// error 2e-9), times 2^n. Saturates at e^±87 instead of leaving the normal range.
CK_INLINE vf exp_lanes(vf x) {
  x = smallest(largest(x, splat(-87.0f)), splat(87.0f));
  const vf magic = splat(12582912.0f);  // 1.5·2^23: its sum's low bits are the rounded integer
  vf shifted = x * splat(1.44269504f) + magic;
  vf n = shifted - magic;
  vf r = x - n * splat(0.693359375f);
  r = r - n * splat(-2.12194440e-4f);
  vf p = splat(0.00138367841f);
  p = p * r + splat(0.00837481546f);
  p = p * r + splat(0.0416682267f);
  p = p * r + splat(0.166664202f);
  p = p * r + splat(0.499999921f);
  p = p * r + splat(1.00000004f);
  p = p * r + splat(1.0f);
  vi exponent = ((vi)shifted - (vi)magic + 127) << 23;
  return p * (vf)exponent;
}

// tanh x to 4 ulp: x·P(x²)/Q(x²), both of degree 4, fitted for the least relative error (2e-8) on
// x| ≤ 9. For larger |x|, tanh is ±1 in float32.
CK_INLINE vf tanh_lanes(vf x) {
  x = smallest(largest(x, splat(-9.0f)), splat(9.0f));
  vf t = x * x;
  vf p = splat(1.33546321e-8f);
  p = p * t + splat(2.0609059e-5f);
  p = p * t + splat(0.00349558657f);
  p = p * t + splat(0.133810237f);
  p = p * t + splat(1.0f);
  vf q = splat(7.77654577e-7f);
  q = q * t + splat(0.000328563241f);
  q = q * t + splat(0.0258769765f);
  q = q * t + splat(0.467143387f);
  q = q * t + splat(1.0f);
  return x * p / q;
}

// Exchange blocks of lanes between two vectors, for a number of lanes and a width of the blocks:
// LOW takes the even blocks of both vectors, HIGH the odd blocks.
#define CK_LOW(a, b, ...) __builtin_shufflevector(a, b, CK_LOW_##__VA_ARGS__)
#define CK_HIGH(a, b, ...) __builtin_shufflevector(a, b, CK_HIGH_##__VA_ARGS__)
#define CK_LOW_16_8 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23
#define CK_HIGH_16_8 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31
#define CK_LOW_16_4 0, 1, 2, 3, 16, 17, 18, 19, 8, 9, 10, 11, 24, 25, 26, 27
#define CK_HIGH_16_4 4, 5, 6, 7, 20, 21, 22, 23, 12, 13, 14, 15, 28, 29, 30, 31
#define CK_LOW_16_2 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29
#define CK_HIGH_16_2 2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31
#define CK_LOW_16_1 0, 16, 2, 18, 4, 20, 6, 22, 8, 24, 10, 26, 12, 28, 14, 30
#define CK_HIGH_16_1 1, 17, 3, 19, 5, 21, 7, 23, 9, 25, 11, 27, 13, 29, 15, 31
#define CK_LOW_8_4 0, 1, 2, 3, 8, 9, 10, 11
#define CK_HIGH_8_4 4, 5, 6, 7, 12, 13, 14, 15
#define CK_LOW_8_2 0, 1, 8, 9, 4, 5, 12, 13
#define CK_HIGH_8_2 2, 3, 10, 11, 6, 7, 14, 15
#define CK_LOW_8_1 0, 8, 2, 10, 4, 12, 6, 14
#define CK_HIGH_8_1 1, 9, 3, 11, 5, 13, 7, 15
#define CK_LOW_4_2 0, 1, 4, 5
#define CK_HIGH_4_2 2, 3, 6, 7
#define CK_LOW_4_1 0, 4, 2, 6
#define CK_HIGH_4_1 1, 5, 3, 7


// Computes CK_LANES sums at once: lane i of the result is the sum of the lanes of v[i].
#define CK_FOLD(half, lanes_width)                                                       \
  for (int i = 0; i < half; i++)                                                         \
    v[i] = CK_LOW(v[i], v[i + half], lanes_width) + CK_HIGH(v[i], v[i + half], lanes_width);

CK_INLINE vf sums_of_lanes(vf v[CK_LANES]) {
#if CK_LANES == 16
  CK_FOLD(8, 16_8)
  CK_FOLD(4, 16_4)
  CK_FOLD(2, 16_2)
  CK_FOLD(1, 16_1)
#elif CK_LANES == 8
  CK_FOLD(4, 8_4)
  CK_FOLD(2, 8_2)
  CK_FOLD(1, 8_1)
#else
  CK_FOLD(2, 4_2)
  CK_FOLD(1, 4_1)
#endif
  return v[0];
}

// v becomes its transpose: lane j of v[i] and lane i of v[j] change places.
#define CK_EXCHANGE(half, lanes_width)                                     \
  for (int i = 0; i < CK_LANES; i++)                                       \
    if (!(i & half)) {                                                     \
      vf low = CK_LOW(v[i], v[i + half], lanes_width);                     \
      v[i + half] = CK_HIGH(v[i], v[i + half], lanes_width);               \
      v[i] = low;                                                          \
    }

CK_INLINE void transpose_lanes(vf v[CK_LANES]) {
#if CK_LANES == 16
  CK_EXCHANGE(8, 16_8)
  CK_EXCHANGE(4, 16_4)
  CK_EXCHANGE(2, 16_2)
  CK_EXCHANGE(1, 16_1)
#elif CK_LANES == 8
  CK_EXCHANGE(4, 8_4)
  CK_EXCHANGE(2, 8_2)
  CK_EXCHANGE(1, 8_1)
#else
  CK_EXCHANGE(2, 4_2)
  CK_EXCHANGE(1, 4_1)
#endif
}
