// The inner numeric loops of SINE, float32, single-threaded: no allocation, no globals, no state.
//
// Every loop exists once per instruction set; a `ck_kernels` is the table of one set. Sets differ in
// the order of sums and in fused multiply-adds, so results are equal within one set only.
//
// Shapes. D is embedding_size, L prototype_size, k interest_size, V the number of items with item 0.
// Rows of D floats are stored `stride` floats apart: D rounded up to 16, the rest zero in parameters
// and in gradients. All buffers start at 64-byte boundaries. The formulas are those of SINE (Tan et
// al., WSDM 2021) as RecBole trains it, each written once, above the loop that computes it.
#pragma once

#include <stdbool.h>
#include <stdint.h>

// Examples that go through forward, loss and backward together.
enum { ck_block_examples = 64 };
// Floats of `ck_block.score`.
enum { ck_score_floats = 48 * 64 };
// Floats of the panel in which the logits of a tile are made.
enum { ck_tile_panel = 48 * 64 };
// Floats to which row widths are rounded up, whatever the instruction set.
enum { ck_row_multiple = 16 };
static inline long ck_rounded(long floats) {
  return (floats + ck_row_multiple - 1) / ck_row_multiple * ck_row_multiple;
}

// Rows rounded to multiples of a unit of their own; of the prototypes, forward finds with them the
// few whose scores it needs (sets/shortlist.h).
typedef struct ck_byte_rows {
  int8_t *row;          // rows × stride
  int32_t *offset;      // rows: what makes up for unsigned columns
  float *unit, *slack;  // rows: a multiple, and by how many of them a product may be off
} ck_byte_rows;

// What the stages of a block read: sizes, parameters and the tables of the step.
typedef struct ck_model {
  long width, stride;                // D and the floats from row to row
  long prototypes;                   // L
  long interests;                    // k
  float tau, epsilon;                // tau_ratio, layer_norm_eps
  const float *laneMask;             // stride: 1 for the first D lanes, 0 after
  const float *prototype;            // L × stride: C
  const float *prototypeW3;          // L × stride: C·w3
  const float *weighted;             // L × stride: ln2Weight ⊙ (C less the mean of its row)
  const float *variance;             // L: of each row of C
  const float *w4, *ln2Weight, *ln4Weight, *ln4Bias;  // stride
  ck_byte_rows bytes;  // of C, all bounded; NULL where the scores of all prototypes are made
  // Tables over the distinct items of the step; a row of them is a slot.
  long slots;
  const int32_t *slotItem;  // slots: their rows among the gradients of items; slot 0 is item 0
  const float *x;      // slots × stride: embeddings
  const float *alpha;  // slots: tanh(x w1)·w2
  const float *n;      // slots × stride: normalize(x w3)
  const float *beta;   // k × slots: tanh(x w_k_1[j])·w_k_2[j]
  // slots × affinityRow: n·weighted of every slot and prototype; NULL where examples make theirs.
  const float *affinity;
  long affinityRow;  // L rounded up to 16
} ck_model;

// Gradients of what `ck_model` holds, accumulated; those of x go to the rows of their items.
//
// Item 0 is read where a history is padded, and torch's `padding_idx` stops its gradient there:
// what would be added to it goes to `discarded`.
typedef struct ck_gradients {
  float *prototype, *prototypeW3, *weighted, *variance, *w4, *ln4Weight, *ln4Bias;
  float *items;      // V × stride, or only the rows of items that a batch touches
  float *discarded;  // stride
  float *alpha, *n, *beta;
  float *affinity;  // NULL where the model has none
} ck_gradients;

// Up to 64 examples: their histories and everything the backward pass needs of the forward pass.
//
// An example's positions are its history and, once, the padding; they start at `first[e]`, a
// multiple of 16, and the places behind `count[e]` repeat a valid slot with multiplicity 0.
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
  int16_t *upper;                // L × 64 where the model has bytes: bounds of the scores
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

// The items that the examples of a block are compared on, and the rows of their gradients.
typedef struct ck_pairs {
  const int32_t *positive, *positiveRow;  // examples
  // Negative j of example e is at j·negativeStride + e.
  const int32_t *negative, *negativeRow;
  long negatives, negativeStride;
} ck_pairs;

// Floats of a row of k best scores: at least one more than k, a multiple of 16.
long ck_best_row(long interests);
// Of the prototypes that may be among the k best of an example the most that are listed, and in how
// many groups all are looked through for a bound of the k-th score: at least k.
long ck_most_candidates(long interests);
long ck_bound_groups(long interests);
// Floats of `ck_block.scratch` for the sizes given; `capacity` is that of the longest example.
long ck_scratch_floats(long stride, long interests, long capacity);

// Lays the histories of a batch out as positions and numbers its distinct items as slots.
//
// Example e reads items[start[e] ..< start[e] + length[e]]; `maxLength` is the padded length. Slot
// 0 is item 0, the padding. Offsets in `first` start anew in every block of 64 examples;
// blockStart[i] is where block i lies. `slotOfItem` holds −1 for every item before and after.
// Returns the number of slots; `slotItem` lists their items in order of first appearance.
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

  // c (m × n) = a·b, or += where `accumulate`; a's element (i, l) is a[i·aRow + l·aColumn], b is
  // depth × n with rows bRow apart, n a multiple of 16. Sums run over l in order.
  void (*gemm)(long m, long n, long depth, const float *a, long aRow, long aColumn, const float *b,
               long bRow, float *c, long cRow, bool accumulate);

  // to (columns × rows) = fromᵀ.
  void (*transpose)(long rows, long columns, const float *from, long fromRow, float *to,
                    long toRow);
  // to[i] = from[ids[i]], and to[ids[i]] += from[i], for i in first ..< count.
  void (*gatherRows)(long count, long stride, const int32_t *ids, const float *from, float *to);
  void (*scatterRows)(long first, long count, long stride, const int32_t *ids, const float *from,
                      float *to);

  // values = tanh(values) in place (rows × stride), out[i] = values[i]·w.
  void (*tanhDot)(long rows, long stride, float *values, const float *w, float *out);
  // From d out: values (the tanh) becomes the gradient before the tanh, dw += that of w.
  void (*tanhDotBackward)(long rows, long stride, float *values, const float *w, const float *dOut,
                          float *dw);
  // values[i] /= max(‖values[i]‖, 1e-12) in place; inverse[i] is the factor.
  void (*normalize)(long rows, long stride, float *values, float *inverse);
  // d (rows × stride) becomes the gradient before the normalisation.
  void (*normalizeBackward)(long rows, long stride, const float *values, const float *inverse,
                            float *d);

  // weighted and variance of every prototype; and from their gradients those of C and ln2Weight,
  // which are added to.
  void (*centre)(const ck_model *model, float *weighted, float *variance);
  void (*centreBackward)(const ck_model *model, const float *dWeighted, const float *dVariance,
                         float *dPrototype, float *dWeight);

  // True where this set has products of bytes on this CPU.
  bool (*multipliesBytes)(void);
  // Rounds rows of `width` numbers; the unit of one that no bound holds for is infinite.
  void (*roundRows)(long rows, long width, long stride, const float *from, const ck_byte_rows *to);

  // v of every example of the block, and what the backward pass needs.
  void (*forward)(const ck_model *model, const ck_block *block);
  // From dv: adds to every gradient.
  void (*backward)(const ck_model *model, const ck_block *block, const ck_gradients *gradients);

  // Softmax cross-entropy of the block over all items: loss[e] = log Σ_i exp(v·E_i) − v·E_target;
  // dv = scale·dloss/dv, dItems += scale·dloss/dE. `largestNorm` is max‖E_i‖; `panel` holds
  // items × 64 floats.
  void (*crossEntropy)(const ck_block *block, long stride, long items, const float *embedding,
                       const int32_t *target, float scale, float largestNorm, float *panel,
                       float *dItems, double *loss);

  // The same in parts, for catalogues of which no V rows of gradients shall exist. They read and
  // write v, vTransposed and dv of the block alone; `panel` holds ck_tile_panel floats.
  //
  // shift[e]: what is taken off the logits before the exponential, all zero or their largest.
  void (*logitShifts)(const ck_block *block, long stride, long items, const float *embedding,
                      float largestNorm, float *panel, float *shift);
  // Of the items first ..< first + count: sum[e] += Σ_i exp(v·E_i − shift[e]), dv += Σ_i exp(…)·E_i.
  void (*addExponentials)(const ck_block *block, long stride, const float *embedding, long first,
                          long count, const float *shift, float *panel, float *sum);
  // From those sums over all items: loss and dv as above. v becomes scale/sum·v.
  void (*endSoftmax)(const ck_block *block, long stride, const float *embedding,
                     const int32_t *target, float scale, const float *shift, const float *sum,
                     double *loss);
  // dItems[row[e]] −= scale·v_e: the part of the targets in dE, from v as it was.
  void (*subtractTargets)(const ck_block *block, long stride, const int32_t *row, float scale,
                          float *dItems);
  // The other part, for the items first ..< first + count, the first of them in row 0 of dItems.
  void (*addItemGradients)(const ck_block *block, long stride, const float *embedding, long first,
                           long count, const float *shift, float *panel, float *dItems);
  // to[i] += from[row[i]] for every i < count where row[i] is not negative.
  void (*addRows)(long count, long stride, const int32_t *row, const float *from, float *to);

  // −log(1e-10 + sigmoid(v·E_positive − v·E_negative)) summed over an example's negatives, with
  // its gradients as those of crossEntropy.
  void (*bpr)(const ck_block *block, long stride, const float *embedding, const ck_pairs *pairs,
              float scale, float *dItems, double *loss);
  // The largest row norm.
  float (*largestNorm)(long rows, long stride, const float *values);

  // rank[e]: 1 + how many items (item 0 left out) score above the target; of equal scores the
  // lower id stands first. `panel` holds panelItems × 64 floats.
  void (*rank)(const ck_block *block, long stride, long items, const float *embedding,
               const int32_t *target, float *panel, long panelItems, int32_t *rank);
  // The `top` best items of every example, best first (examples × top), item 0 left out.
  void (*topItems)(const ck_block *block, long stride, long items, const float *embedding,
                   long top, float *panel, long panelItems, float *bestScore, int32_t *best);

  // Σ |g|^p in double precision; the largest |g| for p = infinity.
  double (*powerSum)(long n, const float *g, double p);
  void (*scale)(long n, float *values, float factor);
  // to = (to + from[0]) + from[1] …, element by element in that order.
  void (*addAll)(long n, long sources, const float *const *from, float *to);

  // One step of an optimiser over n numbers, torch's update rules. `weightDecay` is added to the
  // gradient; adamw shrinks the parameters instead.
  void (*adam)(long n, float *p, const float *g, float *m, float *v, float stepSize,
               float inverseRootCorrection2, float beta1, float beta2, float epsilon,
               float weightDecay, float shrink);
  void (*sgd)(long n, float *p, const float *g, float learningRate, float weightDecay);
  void (*adagrad)(long n, float *p, const float *g, float *sum, float learningRate, float epsilon,
                  float weightDecay);
  void (*rmsprop)(long n, float *p, const float *g, float *square, float learningRate, float alpha,
                  float epsilon, float weightDecay);
} ck_kernels;

// The set of that name, or NULL where this CPU or this build lacks it.
const ck_kernels *ck_kernels_named(const char *name);
// The fastest set of this CPU.
const ck_kernels *ck_kernels_best(void);
