// The choice of k prototypes for each example of a block.

// Inserts the k best prototypes of every example into `best`, from the scores of all prototypes.
// The scores are stored prototype by prototype, so that 64 examples at a time are compared with the
// least of their best scores. A NaN is never inserted, so that all indices stay valid.
static void choose_from_all(const ck_model *m, const ck_block *block, const ck_best *best) {
  long k = m->interests;
  float least[ck_block_examples];
  for (long e = 0; e < ck_block_examples; e++) least[e] = e < block->examples ? -INFINITY : INFINITY;
  block_columns(block, m->stride, block->z, block->vTransposed);
  for (long first = 0; first < m->prototypes; first += prototypes_at_once) {
    long count = m->prototypes - first;
    if (count > prototypes_at_once) count = prototypes_at_once;
    multiply(count, ck_block_examples, m->stride, m->prototype + first * m->stride, m->stride, 1,
             block->vTransposed, ck_block_examples, block->score, ck_block_examples);
    for (long i = 0; i < count; i++) {
      const float *score = block->score + i * ck_block_examples;
      for (long start = 0; start < ck_block_examples; start += CK_LANES) {
        uint32_t open = lanes_where(load(score + start) >= load(least + start));
        for (; open; open &= open - 1) {
          long e = start + __builtin_ctz(open);
          insert_candidate(best, k, e, score[e], first + i);
          least[e] = best->score[e * best->row];
        }
      }
    }
  }
}

// index, sigma: the k largest scores s = C z of every example in ascending order, and sigmoid(s);
// prototypeInverse: 1/√(sigma²·var + eps), the factor of LN2(sigma·C).
static void choose_prototypes(const ck_model *m, const ck_block *block) {
  long k = m->interests;
  ck_best best = best_of(block, k);
  if (!m->bytes.row || !choose_from_bytes(m, block, &best)) choose_from_all(m, block, &best);
  for (long e = 0; e < block->examples; e++) {
    memcpy(block->sigma + e * k, best.score + e * best.row, sizeof(float) * (size_t)k);
    memcpy(block->index + e * k, best.index + e * best.row, sizeof(int32_t) * (size_t)k);
  }
  for (long i = 0; i < block->examples * k; i += CK_LANES)
    store(block->sigma + i, 1.0f / (1.0f + exp_lanes(-load(block->sigma + i))));
  for (long i = 0; i < block->examples * k; i++) {
    float sigma = block->sigma[i];
    block->prototypeInverse[i] =
        1.0f / sqrtf(sigma * sigma * m->variance[block->index[i]] + m->epsilon);
  }
}
