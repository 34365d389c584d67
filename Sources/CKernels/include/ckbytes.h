// Products of bytes, on CPUs that have an instruction for them.
#pragma once

#include <stdbool.h>
#include <stdint.h>

// True if this CPU multiplies and adds 64 pairs of bytes at once (x86-64 with AVX-512 VNNI).
bool ck_multiplies_bytes(void);

// c (rows × 64) = offset[row] + a·b for signed bytes a (rows × 4·groups) and unsigned bytes b,
// whose element (l, e) is at (l/4·64 + e)·4 + l mod 4. To be called only if ck_multiplies_bytes()
// is true.
void ck_multiply_bytes(long rows, long groups, const int8_t *a, const int32_t *offset,
                       const uint8_t *b, int32_t *c);
