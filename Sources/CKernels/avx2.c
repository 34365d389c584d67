// The kernel set for x86-64 with AVX2 and FMA: 16 registers of 8 lanes.

#if defined(__x86_64__)

#define CK_SET "avx2"
#define CK_TABLE ck_avx2
#define CK_LANES 8
#define CK_TILE_ROWS 6
#define CK_TILE_VECTORS 2

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#include "sets/set.h"
#pragma clang attribute pop

#endif
