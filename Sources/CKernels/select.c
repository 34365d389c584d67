// Which kernel sets this CPU can run.

#include <stddef.h>
#include <string.h>

#include "ckernels.h"

extern const ck_kernels ck_generic;
#if defined(__x86_64__)
extern const ck_kernels ck_avx2, ck_avx512;
#endif

static bool is_supported(const ck_kernels *set) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (set == &ck_avx512)
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
  if (set == &ck_avx2) return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#endif
  return set == &ck_generic;
}

// Fastest first.
static const ck_kernels *const sets[] = {
#if defined(__x86_64__)
    &ck_avx512,
    &ck_avx2,
#endif
    &ck_generic,
};

const ck_kernels *ck_kernels_named(const char *name) {
  for (size_t i = 0; i < sizeof sets / sizeof *sets; i++)
    if (strcmp(sets[i]->name, name) == 0 && is_supported(sets[i])) return sets[i];
  return NULL;
}

const ck_kernels *ck_kernels_best(void) {
  for (size_t i = 0; i < sizeof sets / sizeof *sets; i++)
    if (is_supported(sets[i])) return sets[i];
  return &ck_generic;
}

long ck_best_row(long interests) { return ck_rounded(interests + 1); }

long ck_most_candidates(long interests) { return ck_rounded(8 * interests + 64); }

long ck_bound_groups(long interests) { return 2 * interests; }

long ck_scratch_floats(long stride, long interests, long capacity) {
  // An example: six arrays of (k + 1) × stride, three of (k + 1) × capacity, four of stride, four
  // of k.
  long example = 6 * (interests + 1) * stride + 3 * (interests + 1) * capacity + 4 * stride +
                 4 * ck_rounded(interests);
  // The search for the best: their scores and indices, candidates, bounds, and a block and a row of
  // bytes.
  long best = ck_block_examples * (2 * ck_best_row(interests) + ck_most_candidates(interests) +
                                   ck_bound_groups(interests)) +
              (ck_block_examples + 1) * stride / 4;
  // And the floats that a vector reads after the last row.
  return (example > best ? example : best) + ck_row_multiple;
}
