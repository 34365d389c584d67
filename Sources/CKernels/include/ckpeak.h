// How fast one core can multiply and add at best, to hold the kernels against.
#pragma once

// What the vector instructions of one kernel set can do when nothing else is in the way.
typedef struct ck_peak {
  long flopsPerStep;
  // Runs so many steps on registers alone; the result depends on all of them.
  float (*run)(long steps);
} ck_peak;

// The peak of the kernel set of that name, or NULL where this CPU or this build lacks the set.
const ck_peak *ck_peak_named(const char *name);
