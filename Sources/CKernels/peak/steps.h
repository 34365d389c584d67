// CK_PEAK_RUN: the steps of one kernel set. The including file defines CK_PEAK_LANES and
// CK_PEAK_IS_FUSED, and puts the target attribute around this file.

// Twelve independent chains: two operations a cycle with a latency of four or five cycles need ten
// chains, and twelve chains and two constants still fit the sixteen registers of SSE and AVX. If
// multiplying and adding are separate instructions, half of the chains multiply and the others add.
static float CK_PEAK_RUN(long steps) {
  typedef float vf __attribute__((vector_size(4 * CK_PEAK_LANES)));
  enum { chains = CK_PEAK_CHAINS };
  // Volatile, so that the compiler does not see that the chains keep their values.
  volatile float one = 1.0f, zero = 0.0f;
  vf factor = one - (vf){0}, addend = zero - (vf){0}, x[chains];
#pragma clang loop unroll(full)
  for (int i = 0; i < chains; i++) x[i] = (float)(i + 2) * factor;
  for (long step = 0; step < steps; step++) {
#pragma clang loop unroll(full)
    for (int i = 0; i < chains; i++)
#if CK_PEAK_IS_FUSED
      x[i] = x[i] * factor + addend;
#else
      x[i] = i % 2 == 0 ? x[i] * factor : x[i] + addend;
#endif
  }
  vf sum = (vf){0};
#pragma clang loop unroll(full)
  for (int i = 0; i < chains; i++) sum += x[i];
  return sum[0];
}
