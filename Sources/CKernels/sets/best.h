// The k best prototypes of an example so far, while all prototypes are visited.

// The k best candidates so far of every example of a block: rows of scores in ascending order,
// infinite after the k-th, and rows of the candidates with these scores.
typedef struct {
  long row;
  float *score;
  int32_t *index;
} ck_best;

static ck_best best_of(const ck_block *block, long k) {
  long row = ck_best_row(k);
  ck_best best = {row, block->scratch, (int32_t *)(block->scratch + ck_block_examples * row)};
  for (long e = 0; e < block->examples; e++)
    for (long j = 0; j < row; j++) {
      best.score[e * row + j] = j < k ? -INFINITY : INFINITY;
      best.index[e * row + j] = (int32_t)j;
    }
  return best;
}

// Inserts `candidate` among the best of an example, in ascending order, in place of the least one.
// The candidates below it move down by a lane. Of equal scores, the later candidate counts as
// larger.
CK_INLINE void insert_candidate(const ck_best *best, long k, long e, float score, long candidate) {
  float *scores = best->score + e * best->row;
  int32_t *index = best->index + e * best->row;
  vf s = splat(score);
  vi c = (int32_t)candidate - (vi){0};
  for (long j = 0; j < k; j += CK_LANES) {
    vf own = load(scores + j), next = load(scores + j + 1);
    vi moves = s >= next, enters = s >= own;
    vi ownIndex = load_integers(index + j), nextIndex = load_integers(index + j + 1);
    store(scores + j, select_where(enters, select_where(moves, next, s), own));
    store_integers(index + j, (vi)select_where(enters, select_where(moves, (vf)nextIndex, (vf)c),
                                               (vf)ownIndex));
  }
}

// The prototypes whose scores are computed and compared while they are in the L1 cache.
enum { prototypes_at_once = 48 };
