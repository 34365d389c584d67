// The losses of a block of examples, with dv and the gradient of the item embeddings.

// The items whose logits are computed, turned into exponentials and used while they are in the L1
// cache.
enum { items_at_once = 48 };
// If no logit is larger than this in absolute value, no maximum has to be subtracted: every
// exponential and the sum of a million of them stay inside float32.
static const float safe_logit = 60.0f;

// panel[i − first][e] = E_i·v_e: a row for each item, a column for each example.
CK_INLINE void logits_of_items(const ck_block *block, long stride, const float *embedding,
                               long first, long count, float *panel) {
  multiply(count, ck_block_examples, stride, embedding + first * stride, stride, 1,
           block->vTransposed, ck_block_examples, panel, ck_block_examples);
}

// The largest logit of every example.
static void largest_logits(const ck_block *block, long stride, long items, const float *embedding,
                           float *panel, float *shift) {
  for (long e = 0; e < ck_block_examples; e++) shift[e] = -INFINITY;
  for (long first = 0; first < items; first += items_at_once) {
    long count = items - first < items_at_once ? items - first : items_at_once;
    logits_of_items(block, stride, embedding, first, count, panel);
    for (long i = 0; i < count; i++)
      for (long e = 0; e < ck_block_examples; e += CK_LANES)
        store(shift + e, largest(load(shift + e), load(panel + i * ck_block_examples + e)));
  }
}

// Fills the rows of the panel with the exponentials of shifted logits, item by item. If `sum` is
// given, adds the exponentials to `sum` and exp·E to dv, both without normalisation.
static void exponentials(const ck_block *block, long stride, const float *embedding, long start,
                         long total, const float *shift, float *panel, float *sum) {
  for (long done = 0; done < total; done += items_at_once) {
    long count = total - done < items_at_once ? total - done : items_at_once;
    float *rows = panel + done * ck_block_examples;
    logits_of_items(block, stride, embedding, start + done, count, rows);
    for (long e = 0; e < ck_block_examples; e += CK_LANES) {
      vf offset = load(shift + e), partial = (vf){0};
      for (long i = 0; i < count; i++) {
        float *place = rows + i * ck_block_examples + e;
        vf y = exp_lanes(load(place) - offset);
        store(place, y);
        partial += y;
      }
      if (sum) store(sum + e, load(sum + e) + partial);
    }
    if (sum)
      multiply_add(block->examples, stride, count, rows, 1, ck_block_examples,
                   embedding + (start + done) * stride, stride, block->dv, stride);
  }
}

// shift[e] is subtracted from the logits of example e before the exponential: its largest logit, or
// 0 if the norms of the items allow it.
static void logit_shifts(const ck_block *block, long stride, long items, const float *embedding,
                         float largestNorm, float *panel, float *shift) {
  memset(shift, 0, sizeof(float) * ck_block_examples);
  // ‖v‖ ≤ 1: v is a convex combination of unit vectors, so no logit exceeds the largest norm.
  if (!(largestNorm <= safe_logit))
    largest_logits(block, stride, items, embedding, panel, shift);
}

// dItems[row[e]] −= scale·v_e: the part of the gradient that comes from being a target.
static void subtract_targets(const ck_block *block, long stride, const int32_t *row, float scale,
                             float *dItems) {
  for (long e = 0; e < block->examples; e++)
    add_scaled(stride, dItems + row[e] * stride, -scale, block->v + e * stride);
}

// Computes the losses and dv from the sums over all items. Before, dv holds an unscaled sum. v
// becomes scale/sum·v, because from here on it is needed for dE only.
static void end_softmax(const ck_block *block, long stride, const float *embedding,
                        const int32_t *target, float scale, const float *shift, const float *sum,
                        double *loss) {
  for (long e = 0; e < block->examples; e++) {
    float *v = block->v + e * stride, *dv = block->dv + e * stride;
    const float *row = embedding + target[e] * stride;
    loss[e] = log((double)sum[e]) + shift[e] - dot(stride, v, row);
    scale_row(stride, dv, scale / sum[e], dv);
    add_scaled(stride, dv, -scale, row);
    scale_row(stride, v, scale / sum[e], v);
  }
}

static void cross_entropy(const ck_block *block, long stride, long items, const float *embedding,
                          const int32_t *target, float scale, float largestNorm, float *panel,
                          float *dItems, double *loss) {
  float shift[ck_block_examples], sum[ck_block_examples] = {0};
  logit_shifts(block, stride, items, embedding, largestNorm, panel, shift);
  memset(block->dv, 0, sizeof(float) * (size_t)(block->examples * stride));
  exponentials(block, stride, embedding, 0, items, shift, panel, sum);
  subtract_targets(block, stride, target, scale, dItems);
  end_softmax(block, stride, embedding, target, scale, shift, sum, loss);
  multiply_add(items, stride, block->examples, panel, ck_block_examples, 1, block->v, stride,
               dItems, stride);
}

static void bpr(const ck_block *block, long stride, const float *embedding, const ck_pairs *pairs,
                float scale, float *dItems, double *loss) {
  for (long e = 0; e < block->examples; e++) {
    const float *v = block->v + e * stride, *up = embedding + pairs->positive[e] * stride;
    float *dv = block->dv + e * stride;
    float above = dot(stride, v, up);
    memset(dv, 0, sizeof(float) * (size_t)stride);
    loss[e] = 0;
    for (long j = 0; j < pairs->negatives; j++) {
      long place = j * pairs->negativeStride + e;
      const float *down = embedding + pairs->negative[place] * stride;
      double difference = (double)above - dot(stride, v, down);
      double sigmoid = 1.0 / (1.0 + exp(-difference));
      loss[e] -= log(1e-10 + sigmoid);
      float d = (float)(-scale * sigmoid * (1.0 - sigmoid) / (1e-10 + sigmoid));
      add_scaled(stride, dv, d, up);
      add_scaled(stride, dv, -d, down);
      add_scaled(stride, dItems + pairs->positiveRow[e] * stride, d, v);
      add_scaled(stride, dItems + pairs->negativeRow[place] * stride, -d, v);
    }
  }
}
