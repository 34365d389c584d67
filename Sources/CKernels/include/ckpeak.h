// How fast one core can multiply and add at best, for comparison with the kernels.
#pragma once

// The peak of the vector instructions of one kernel set, without loads and stores.
typedef struct ck_peak {
  long flopsPerStep;
  // Runs so many steps on registers alone. The result depends on every step.
  float (*run)(long steps);
} ck_peak;

// The peak of the kernel set of that name, or NULL if this CPU or this build lacks the set.
const ck_peak *ck_peak_named(const char *name);
