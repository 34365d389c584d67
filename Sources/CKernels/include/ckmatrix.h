// Dense linear algebra in double precision for the cell model of a search: no allocation, no state.
//
// A matrix is stored row by row. Each sum has one order, whatever the CPU.
#pragma once

#include <stdbool.h>

// Replaces the upper triangle of a symmetric n × n matrix A by U with A = Uᵀ U (Cholesky). Below the
// diagonal nothing is read or written. Returns false if A is not positive definite.
bool ck_cholesky(long n, double *a);

// Replaces the n × m matrix B by U⁻ᵀ B, for the U of ck_cholesky.
void ck_solve_transposed(long n, const double *u, long m, double *b);

// Subtracts Gᵀ G from the symmetric m × m matrix C, for an n × m matrix G.
void ck_subtract_gram(long n, long m, const double *g, double *c);
