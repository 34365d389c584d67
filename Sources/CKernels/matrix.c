#include "ckmatrix.h"

#include <math.h>

// y -= factor·x. The loop has no sum, so that a compiler may use vectors without changing a bit.
static inline void subtract_scaled(long n, double factor, const double *restrict x,
                                   double *restrict y) {
  for (long i = 0; i < n; i++) y[i] -= factor * x[i];
}

bool ck_cholesky(long n, double *a) {
  for (long k = 0; k < n; k++) {
    double *row = a + k * n;
    if (!(row[k] > 0)) return false;
    const double root = sqrt(row[k]);
    row[k] = root;
    for (long j = k + 1; j < n; j++) row[j] /= root;
    for (long i = k + 1; i < n; i++) subtract_scaled(n - i, row[i], row + i, a + i * n + i);
  }
  return true;
}

void ck_solve_transposed(long n, const double *u, long m, double *b) {
  for (long k = 0; k < n; k++) {
    double *row = b + k * m;
    const double pivot = u[k * n + k];
    for (long j = 0; j < m; j++) row[j] /= pivot;
    for (long i = k + 1; i < n; i++) subtract_scaled(m, u[k * n + i], row, b + i * m);
  }
}

void ck_subtract_gram(long n, long m, const double *g, double *c) {
  for (long k = 0; k < n; k++) {
    const double *row = g + k * m;
    for (long i = 0; i < m; i++) subtract_scaled(m, row[i], row, c + i * m);
  }
}
