// The inner numeric loops of SINE, float32, single-threaded: no allocation, no globals, no state.
//
// Every loop exists once for each instruction set, and a `ck_kernels` is the table of one set. The
// sets differ in the order of sums and in fused multiply-adds, so that results are equal only
// within a set.
//
// Shapes. D is embedding_size, L prototype_size, k interest_size, V the number of items with item 0.
// Rows of D floats are stored `stride` floats apart: D rounded up to 16, the rest zero in parameters
// and in gradients. All buffers start at 64-byte boundaries. The formulas are those of SINE (Tan et
// al., WSDM 2021) as RecBole trains it, each written once, above the loop that computes it.
#pragma once

#include <stdbool.h>
#include <stdint.h>

// The examples that go through forward, loss and backward together.
enum { ck_block_examples = 64 };
// The floats of `ck_block.score`.
enum { ck_score_floats = 48 * 64 };
// The floats of the panel for the logits of a tile.
enum { ck_tile_panel = 48 * 64 };
// Row widths are rounded up to a multiple of so many floats, for every instruction set.
enum { ck_row_multiple = 16 };
static inline long ck_rounded(long floats) {
  return (floats + ck_row_multiple - 1) / ck_row_multiple * ck_row_multiple;
}

// Rows that are rounded to whole multiples of a unit, which each row has for itself. With the
// rounded prototypes, forward finds the few prototypes whose scores it needs (sets/shortlist.h).
typedef struct ck_byte_rows {
  int8_t *row;          // rows × stride
  int32_t *offset;      // rows: corrects for columns that are stored as unsigned bytes
  float *unit, *slack;  // rows: the unit, and the largest error of a product in units
} ck_byte_rows;

// What the kernels read for every block: sizes, parameters and the tables of the step.
typedef struct ck_model {
  long width, stride;                // D and the floats from row to row
  long prototypes;                   // L
  long interests;                    // k
  float tau, epsilon;                // tau_ratio, layer_norm_eps
  const float *laneMask;             // stride: 1 for the first D lanes, 0 after
  const float *prototype;            // L × stride: C
  const float *prototypeW3;          // L × stride: C·w3
  const float *weighted;             // L × stride: ln2Weight ⊙ (C minus the mean of its row)
  const float *variance;             // L: the variance of each row of C
  const float *w4, *ln2Weight, *ln4Weight, *ln4Bias;  // stride
  ck_byte_rows bytes;  // C in bytes, if all rows have bounds; else NULL
  // Tables of the distinct items of the step. Each of these items is a slot, which has one row.
  long slots;
  const int32_t *slotItem;  // slots: their rows among the gradients of items; slot 0 is item 0
  const float *x;      // slots × stride: embeddings
  const float *alpha;  // slots: tanh(x w1)·w2
  const float *n;      // slots × stride: normalize(x w3)
  const float *beta;   // k × slots: tanh(x w_k_1[j])·w_k_2[j]
  // slots × affinityRow: n·weighted of every slot and prototype; NULL if every example computes its
  // own.
  const float *affinity;
  long affinityRow;  // L rounded up to 16
} ck_model;

// The gradients of what `ck_model` holds, which the kernels add to. The gradients of x are added to
// the rows of their items.
//
// Item 0 pads the histories, and torch's `padding_idx` stops its gradient. Its gradient as padding
// is therefore added to `discarded`.
typedef struct ck_gradients {
  float *prototype, *prototypeW3, *weighted, *variance, *w4, *ln4Weight, *ln4Bias;
  float *items;      // V × stride, or rows only for the items of a batch
  float *discarded;  // stride
  float *alpha, *n, *beta;
  float *affinity;  // NULL if the model has none
} ck_gradients;

// Up to 64 examples: their histories and everything the backward pass needs of the forward pass.
//
// The positions of an example are its history and one position for all its padding. They start at
// `first[e]`, a multiple of 16. The places after `count[e]` repeat a valid slot with multiplicity
// 0.
typedef struct ck_block {
  long examples;
  const int32_t *first, *count;  // examples
  const int32_t *capacity;       // examples: count rounded up to 16
  const int32_t *slot;           // positions
  const float *multiplicity;     // positions: how often the position stands in the padded history
  float *a, *u;                  // positions: the two softmaxes over t
  float *p, *b;                  // k × positions, example by example: P and multiplicity·exp(beta)
  float *h;                      // positions × stride: tanh of the aggregation
  float *z, *v, *dv;             // 64 × stride
  float *vTransposed;            // stride × 64
  float *score;                  // ck_score_floats
  int16_t *upper;                // L × 64 if the model has bytes: bounds of the scores
  int32_t *index;                // 64 × k: chosen prototypes, ascending by score
  float *sigma, *e;              // 64 × k, rounded up to 16
  float *prototypeInverse;       // 64 × k: 1/√(sigma²·var + eps)
  float *delta;                  // 64 × k × stride
  float *inverseNorm;            // 64 × k: 1/‖Σ_t P T x‖
  float *yHat, *inverseDeviation;  // 64 × stride, 64: LN4 before weight and bias
  float *scratch;                // ck_scratch_floats
  const float **rows;            // 2 × positions of the longest example
  float **targets;               // positions of the longest example
} ck_block;

// The positive and negative items of the examples of a block, and the rows of their gradients.
typedef struct ck_pairs {
  const int32_t *positive, *positiveRow;  // examples
  // Negative j of example e is at j·negativeStride + e.
  const int32_t *negative, *negativeRow;
  long negatives, negativeStride;
} ck_pairs;

// The floats of a row of k best scores: a multiple of 16 that is larger than k.
long ck_best_row(long interests);
// The most prototypes that are listed as candidates for the k best of an example, and the number of
// groups of prototypes, at least k, from which the bound of the k-th score is found.
long ck_most_candidates(long interests);
long ck_bound_groups(long interests);
// The floats of `ck_block.scratch`; `capacity` is the capacity of the longest example.
long ck_scratch_floats(long stride, long interests, long capacity);

// Lays the histories of a batch out as positions, numbers its distinct items as slots, and returns
// the number of slots.
//
// Example e reads items[start[e] ..< start[e] + length[e]]; `maxLength` is the padded length. Slot
// 0 is item 0, the padding, and `slotItem` lists the items in order of first appearance. Offsets in
// `first` count from the start of the block, and block i starts at blockStart[i]. `slotOfItem` must
// hold −1 for every item, and holds −1 again afterwards.
typedef struct ck_batch_layout {
  int32_t *first, *count, *capacity;  // examples
  long *blockStart;                   // blocks + 1
  int32_t *slot;                      // positions
  float *multiplicity;                // positions
  int32_t *slotItem;                  // slots
  int32_t *slotOfItem;                // items
} ck_batch_layout;

long ck_lay_out(long examples, const int32_t *start, const int32_t *length, const int32_t *items,
                long maxLength, const ck_batch_layout *layout);

typedef struct ck_kernels {
  // "avx512", "avx2" or "generic".
  const char *name;

  // c (m × n) = a·b, or c += a·b if `accumulate` is true. The element (i, l) of a is a[i·aRow +
  // l·aColumn]; b is depth × n with rows bRow apart; n is a multiple of 16. Sums run over l in
  // order.
  void (*gemm)(long m, long n, long depth, const float *a, long aRow, long aColumn, const float *b,
               long bRow, float *c, long cRow, bool accumulate);

  // to (columns × rows) = fromᵀ.
  void (*transpose)(long rows, long columns, const float *from, long fromRow, float *to,
                    long toRow);
  // gatherRows: to[i] = from[ids[i]]. scatterRows: to[ids[i]] += from[i], for i in first ..< count.
  void (*gatherRows)(long count, long stride, const int32_t *ids, const float *from, float *to);
  void (*scatterRows)(long first, long count, long stride, const int32_t *ids, const float *from,
                      float *to);

  // values = tanh(values) in place (rows × stride), out[i] = values[i]·w.
  void (*tanhDot)(long rows, long stride, float *values, const float *w, float *out);
  // From dOut: values, which holds the tanh, becomes the gradient before the tanh; adds to dw.
  void (*tanhDotBackward)(long rows, long stride, float *values, const float *w, const float *dOut,
                          float *dw);
  // values[i] /= max(‖values[i]‖, 1e-12) in place; inverse[i] is the factor.
  void (*normalize)(long rows, long stride, float *values, float *inverse);
  // d (rows × stride) becomes the gradient before the normalisation.
  void (*normalizeBackward)(long rows, long stride, const float *values, const float *inverse,
                            float *d);

  // Sets weighted and variance of every prototype. centreBackward adds to the gradients of C and
  // ln2Weight from the gradients of weighted and variance.
  void (*centre)(const ck_model *model, float *weighted, float *variance);
  void (*centreBackward)(const ck_model *model, const float *dWeighted, const float *dVariance,
                         float *dPrototype, float *dWeight);

  // True if this set has products of bytes on this CPU.
  bool (*multipliesBytes)(void);
  // Rounds rows of `width` numbers. The unit of a row is infinite if no bound holds for the row.
  void (*roundRows)(long rows, long width, long stride, const float *from, const ck_byte_rows *to);

  // Sets v of every example of the block, and what the backward pass needs.
  void (*forward)(const ck_model *model, const ck_block *block);
  // From dv: adds to every gradient.
  void (*backward)(const ck_model *model, const ck_block *block, const ck_gradients *gradients);

  // Softmax cross-entropy of the block over all items: loss[e] = log Σ_i exp(v·E_i) − v·E_target;
  // dv = scale·dloss/dv, dItems += scale·dloss/dE. `largestNorm` is max‖E_i‖; `panel` holds
  // items × 64 floats.
  void (*crossEntropy)(const ck_block *block, long stride, long items, const float *embedding,
                       const int32_t *target, float scale, float largestNorm, float *panel,
                       float *dItems, double *loss);

  // The parts of crossEntropy, for a catalogue that is too large for V rows of gradients. Of the
  // block, they read and write v, vTransposed and dv only; `panel` holds ck_tile_panel floats.
  //
  // Sets shift[e], which is subtracted from the logits before the exponential: zero for all
  // examples, or the largest logit of each.
  void (*logitShifts)(const ck_block *block, long stride, long items, const float *embedding,
                      float largestNorm, float *panel, float *shift);
  // For the items first ..< first + count: sum[e] += Σ_i exp(v·E_i − shift[e]), dv += Σ_i
  // exp(…)·E_i.
  void (*addExponentials)(const ck_block *block, long stride, const float *embedding, long first,
                          long count, const float *shift, float *panel, float *sum);
  // Sets loss and dv, as crossEntropy does, from these sums over all items. v becomes scale/sum·v.
  void (*endSoftmax)(const ck_block *block, long stride, const float *embedding,
                     const int32_t *target, float scale, const float *shift, const float *sum,
                     double *loss);
  // dItems[row[e]] −= scale·v_e: what the targets add to dE. It needs v as it is before endSoftmax.
  void (*subtractTargets)(const ck_block *block, long stride, const int32_t *row, float scale,
                          float *dItems);
  // Adds the rest of dE for the items first ..< first + count, of which the first has row 0 of
  // dItems.
  void (*addItemGradients)(const ck_block *block, long stride, const float *embedding, long first,
                           long count, const float *shift, float *panel, float *dItems);
  // to[i] += from[row[i]] for every i < count whose row[i] is not negative.
  void (*addRows)(long count, long stride, const int32_t *row, const float *from, float *to);

  // loss[e] = −Σ log(1e-10 + sigmoid(v·E_positive − v·E_negative)) over the negatives of example e;
  // dv and dItems as in crossEntropy.
  void (*bpr)(const ck_block *block, long stride, const float *embedding, const ck_pairs *pairs,
              float scale, float *dItems, double *loss);
  // The largest row norm.
  float (*largestNorm)(long rows, long stride, const float *values);

  // rank[e] = 1 + the number of items, without item 0, that score above the target. Of equal
  // scores, the lower id ranks first. `panel` holds panelItems × 64 floats.
  void (*rank)(const ck_block *block, long stride, long items, const float *embedding,
               const int32_t *target, float *panel, long panelItems, int32_t *rank);
  // Sets the `top` best items of every example, best first and without item 0 (examples × top).
  void (*topItems)(const ck_block *block, long stride, long items, const float *embedding,
                   long top, float *panel, long panelItems, float *bestScore, int32_t *best);

  // Σ |g|^p in double precision; the largest |g| for p = infinity.
  double (*powerSum)(long n, const float *g, double p);
  void (*scale)(long n, float *values, float factor);
  // to = (to + from[0]) + from[1] …, element by element in that order.
  void (*addAll)(long n, long sources, const float *const *from, float *to);

  // One step of an optimiser over n numbers, by torch's update rules. weightDecay·p is added to the
  // gradient; for adamw, p is multiplied by `shrink` instead.
  void (*adam)(long n, float *p, const float *g, float *m, float *v, float stepSize,
               float inverseRootCorrection2, float beta1, float beta2, float epsilon,
               float weightDecay, float shrink);
  void (*sgd)(long n, float *p, const float *g, float learningRate, float weightDecay);
  void (*adagrad)(long n, float *p, const float *g, float *sum, float learningRate, float epsilon,
                  float weightDecay);
  void (*rmsprop)(long n, float *p, const float *g, float *square, float learningRate, float alpha,
                  float epsilon, float weightDecay);
} ck_kernels;

// The set of that name, or NULL if this CPU or this build lacks it.
const ck_kernels *ck_kernels_named(const char *name);
// The fastest set of this CPU.
const ck_kernels *ck_kernels_best(void);
