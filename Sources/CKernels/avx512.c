// The kernel set for x86-64 with AVX-512: 32 registers of 16 lanes.

#if defined(__x86_64__)

#define CK_SET "avx512"
#define CK_TABLE ck_avx512
#define CK_LANES 16
#define CK_TILE_ROWS 6
#define CK_TILE_VECTORS 4

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#pragma clang attribute push( \
    __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma"))), apply_to = function)
#include "sets/set.h"
#pragma clang attribute pop

#endif
