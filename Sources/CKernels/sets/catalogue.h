// The softmax over a large catalogue, a tile of items at a time: no logit outlives its tile, so that
// each is made twice, once for the sums and dv, and once, when the sums are known, for dE.

// Of the items first ..< first + count: sum[e] += Σ_i exp(v·E_i − shift[e]), dv += Σ_i exp(…)·E_i.
static void add_exponentials(const ck_block *block, long stride, const float *embedding,
                             long first, long count, const float *shift, float *panel,
                             float *sum) {
  for (; count > 0; first += items_at_once, count -= items_at_once)
    exponentials(block, stride, embedding, first, count < items_at_once ? count : items_at_once,
                 shift, panel, sum);
}

// dItems += Σ_e exp(v·E_i − shift[e])·v_e for the items first ..< first + count, the first of them
// in row 0; the logits are made with vTransposed, and v has been scaled by `end_softmax`.
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

// to[i] += from[row[i]] for every i < count with a row, one that is not negative.
static void add_rows(long count, long stride, const int32_t *row, const float *from, float *to) {
  for (long i = 0; i < count; i++)
    if (row[i] >= 0) add_scaled(stride, to + i * stride, 1.0f, from + row[i] * stride);
}
