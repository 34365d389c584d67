// The multiply-add peak of every kernel set.

#include "ckpeak.h"

#include <stddef.h>
#include <string.h>

#include "ckernels.h"

#define CK_PEAK_CHAINS 12

#if defined(__x86_64__)
#define CK_PEAK_IS_FUSED 0
#else
#define CK_PEAK_IS_FUSED 1  // the baseline of arm64 has fused multiply-adds
#endif
#define CK_PEAK_LANES 4
#define CK_PEAK_RUN run_generic
#include "peak/steps.h"
enum { generic_flops = (1 + CK_PEAK_IS_FUSED) * CK_PEAK_CHAINS * CK_PEAK_LANES };
#undef CK_PEAK_IS_FUSED
#undef CK_PEAK_LANES
#undef CK_PEAK_RUN

#if defined(__x86_64__)
#define CK_PEAK_IS_FUSED 1
#define CK_PEAK_LANES 8
#define CK_PEAK_RUN run_avx2
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#include "peak/steps.h"
#pragma clang attribute pop
#undef CK_PEAK_LANES
#undef CK_PEAK_RUN

#define CK_PEAK_LANES 16
#define CK_PEAK_RUN run_avx512
#pragma clang attribute push(__attribute__((target("avx512f,avx2,fma"))), apply_to = function)
#include "peak/steps.h"
#pragma clang attribute pop
#undef CK_PEAK_LANES
#undef CK_PEAK_RUN
#endif

typedef struct {
  const char *set;
  ck_peak peak;
} ck_named_peak;

static const ck_named_peak peaks[] = {
    {"generic", {generic_flops, run_generic}},
#if defined(__x86_64__)
    {"avx2", {2 * CK_PEAK_CHAINS * 8, run_avx2}},
    {"avx512", {2 * CK_PEAK_CHAINS * 16, run_avx512}},
#endif
};

const ck_peak *ck_peak_named(const char *name) {
  if (ck_kernels_named(name) == NULL) return NULL;
  for (size_t i = 0; i < sizeof peaks / sizeof *peaks; i++)
    if (strcmp(peaks[i].set, name) == 0) return &peaks[i].peak;
  return NULL;
}
