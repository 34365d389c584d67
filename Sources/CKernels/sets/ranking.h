// Full ranking: the place of the target among all items, and the best items.

static void rank_targets(const ck_block *block, long stride, long items, const float *embedding,
                         const int32_t *target, float *panel, long panelItems, int32_t *rank) {
  float own[ck_block_examples];
  int32_t above[ck_block_examples] = {0};
  // The target's score comes from the same product as all other scores, so that equal scores are
  // equal to the last bit.
  for (long e = 0; e < block->examples; e++) {
    logits_of_items(block, stride, embedding, target[e], 1, panel);
    own[e] = panel[e];
  }
  for (long e = block->examples; e < ck_block_examples; e++) own[e] = 0;
  for (long first = 1; first < items; first += panelItems) {
    long count = items - first < panelItems ? items - first : panelItems;
    logits_of_items(block, stride, embedding, first, count, panel);
    for (long e = 0; e < ck_block_examples; e += CK_LANES) {
      vf score = load(own + e);
      vi total = (vi){0};
      for (long i = 0; i < count; i++)
        total -= load(panel + i * ck_block_examples + e) > score;  // true is −1
      for (long i = 0; i < CK_LANES; i++) above[e + i] += total[i];
    }
    for (long e = 0; e < block->examples; e++)
      for (long i = first; i < first + count && i < target[e]; i++)
        above[e] += panel[(i - first) * ck_block_examples + e] == own[e];
  }
  for (long e = 0; e < block->examples; e++) rank[e] = above[e] + 1;
}

static void top_items(const ck_block *block, long stride, long items, const float *embedding,
                      long top, float *panel, long panelItems, float *bestScore, int32_t *best) {
  for (long i = 0; i < block->examples * top; i++) {
    bestScore[i] = -INFINITY;
    best[i] = 0;
  }
  for (long first = 1; first < items; first += panelItems) {
    long count = items - first < panelItems ? items - first : panelItems;
    logits_of_items(block, stride, embedding, first, count, panel);
    for (long e = 0; e < block->examples; e++) {
      float *scores = bestScore + e * top;
      int32_t *ids = best + e * top;
      for (long i = 0; i < count; i++) {
        float score = panel[i * ck_block_examples + e];
        if (!(score > scores[top - 1])) continue;
        long place = top - 1;
        for (; place > 0 && score > scores[place - 1]; place--) {
          scores[place] = scores[place - 1];
          ids[place] = ids[place - 1];
        }
        scores[place] = score;
        ids[place] = (int32_t)(first + i);
      }
    }
  }
}
