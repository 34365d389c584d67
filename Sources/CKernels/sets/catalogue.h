// The softmax over a large catalogue, one tile of items at a time. No logit outlives its tile, so
// that every logit is computed twice: once for the sums and dv, and again for dE when the sums are
// known.

// For the items first ..< first + count: sum[e] += Σ_i exp(v·E_i − shift[e]), dv += Σ_i exp(…)·E_i.
static void add_exponentials(const ck_block *block, long stride, const float *embedding,
                             long first, long count, const float *shift, float *panel,
                             float *sum) {
  for (; count > 0; first += items_at_once, count -= items_at_once)
    exponentials(block, stride, embedding, first, count < items_at_once ? count : items_at_once,
                 shift, panel, sum);
}

// dItems += Σ_e exp(v·E_i − shift[e])·v_e for the items first ..< first + count, of which the first
// has row 0. The logits come from vTransposed, whereas `end_softmax` has scaled v.
static void add_item_gradients(const ck_block *block, long stride, const float *embedding,
                               long first, long count, const float *shift, float *panel,
                               float *dItems) {
  for (; count > 0; first += items_at_once, count -= items_at_once) {
    long now = count < items_at_once ? count : items_at_once;
    exponentials(block, stride, embedding, first, now, shift, panel, NULL);
    multiply_add(now, stride, block->examples, panel, ck_block_examples, 1, block->v, stride,
                 dItems, stride);
    dItems += now * stride;
  }
}

// to[i] += from[row[i]] for every i < count whose row[i] is not negative.
static void add_rows(long count, long stride, const int32_t *row, const float *from, float *to) {
  for (long i = 0; i < count; i++)
    if (row[i] >= 0) add_scaled(stride, to + i * stride, 1.0f, from + row[i] * stride);
}
