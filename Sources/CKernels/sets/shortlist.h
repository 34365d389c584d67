// Finds the prototypes that can be among the k best of an example, with products of bytes.
//
// A row is rounded to whole multiples of its unit, which is its largest number / 127. With q for
// the multiples,
//
//     |z·c / (unit_z unit_c) − q_z·q_c| ≤ ½ ‖c‖₁/unit_c + ½ ‖q_z‖₁,
//
// Hence at least k prototypes have scores that reach the k-th largest lower bound, and a prototype
// whose upper bound is less is not among the k best. The other prototypes, about 2 k, get the same
// score as they get without products of bytes, so that the choice is the same to the last bit.

#include "../include/ckbytes.h"

// The largest rounding error, in multiples, with room for the rounding of everything else in
// float32.
static const float half_a_multiple = 0.501f;
// Rounding errors of a score in float32, 2^-24 for each of its D products, in multiples: 127·2^-24.
static const float multiples_a_product = 8e-6f;
// The unit of a row whose numbers are all smaller than least_magnitude comes from least_magnitude,
// so that products do not underflow. Products of a row whose sum is larger than largest_sum might
// overflow, so that no bound holds.
static const float least_magnitude = 1e-10f, largest_sum = 1e18f;

typedef int8_t vb_unaligned __attribute__((vector_size(CK_LANES), aligned(1)));
typedef int16_t vs_unaligned __attribute__((vector_size(2 * CK_LANES), aligned(2)));

typedef struct {
  float unit;           // infinite if no bound holds
  float norm;           // Σ |row|
  float sum, absolute;  // Σ q, Σ |q|
} ck_rounding;

// q = row / unit, rounded to whole numbers in −127 … 127.
CK_INLINE ck_rounding round_row(long stride, const float *row, int8_t *q) {
  vf top = splat(least_magnitude), norm = (vf){0}, sum = (vf){0}, absolute = (vf){0};
  for (long d = 0; d < stride; d += CK_LANES) {
    vf x = load(row + d), magnitude = largest(x, -x);
    top = largest(top, magnitude);
    norm += magnitude;
  }
  ck_rounding r = {.unit = max_lanes(top) / 127, .norm = sum_lanes(norm)};
  const vf magic = splat(12582912.0f);  // 1.5·2^23: adding it rounds to a whole number
  vf inverse = splat(1 / r.unit);
  for (long d = 0; d < stride; d += CK_LANES) {
    vf whole = load(row + d) * inverse + magic - magic;
    *(vb_unaligned *)(q + d) = __builtin_convertvector(whole, vb_unaligned);
    sum += whole;
    absolute += largest(whole, -whole);
  }
  r.sum = sum_lanes(sum);
  r.absolute = sum_lanes(absolute);
  if (!(r.norm < largest_sum)) r.unit = INFINITY;
  return r;
}

// Kernel sets with narrower vectors are for CPUs without products of bytes.
static bool multiplies_bytes(void) { return CK_LANES == 16 && ck_multiplies_bytes(); }

static void round_rows(long rows, long width, long stride, const float *from,
                       const ck_byte_rows *to) {
  for (long i = 0; i < rows; i++) {
    ck_rounding r = round_row(stride, from + i * stride, to->row + i * stride);
    to->unit[i] = r.unit;
    to->slack[i] = (half_a_multiple + multiples_a_product * (float)width) * (r.norm / r.unit);
    to->offset[i] = -128 * (int32_t)r.sum;  // columns are unsigned: 128 more than q
  }
}

// Rounds z of a block to the columns of ck_multiply_bytes. slack[e] is what the rounding of example
// e adds to its bounds. Returns false if no bound holds.
static bool round_columns(const ck_block *block, long stride, uint8_t *columns, float *slack) {
  int8_t *q = (int8_t *)columns + ck_block_examples * stride;
  memset(columns, 0, (size_t)(stride * ck_block_examples));
  for (long e = 0; e < block->examples; e++) {
    ck_rounding r = round_row(stride, block->z + e * stride, q);
    if (r.unit == INFINITY) return false;
    slack[e] = half_a_multiple * r.absolute;
    for (long d = 0; d < stride; d += 4)
      for (long i = 0; i < 4; i++)
        columns[d * ck_block_examples + e * 4 + i] = (uint8_t)(q[d + i] + 128);
  }
  return true;
}

// Upper bounds are stored in 16 bits: the upper half of a float32, rounded up.
CK_INLINE void store_upper(int16_t *to, vf upper) {
  vi bits = (vi)upper;
  bits += ~(bits >> 31) & 0xffff;
  *(vs_unaligned *)to = __builtin_convertvector(bits >> 16, vs_unaligned);
}

CK_INLINE vf load_upper(const int16_t *from) {
  return (vf)(__builtin_convertvector(*(const vs_unaligned *)from, vi) << 16);
}

// Bounds of all scores, in units of z: the upper bound of each prototype, and the largest lower
// bound of each group of prototypes. Every `groups`-th prototype is in the same group.
static void bound_scores(const ck_model *m, const ck_block *block, const uint8_t *columns,
                         const float *slack, long groups, float *groupLower) {
  int32_t *product = (int32_t *)block->score;
  for (long i = 0; i < groups * ck_block_examples; i++) groupLower[i] = -INFINITY;
  for (long first = 0; first < m->prototypes; first += prototypes_at_once) {
    long count = m->prototypes - first;
    if (count > prototypes_at_once) count = prototypes_at_once;
    ck_multiply_bytes(count, m->stride / 4, m->bytes.row + first * m->stride,
                      m->bytes.offset + first, columns, product);
    for (long i = 0; i < count; i++) {
      vf unit = splat(m->bytes.unit[first + i]), own = splat(m->bytes.slack[first + i]);
      int16_t *upper = block->upper + (first + i) * ck_block_examples;
      float *lower = groupLower + (first + i) % groups * ck_block_examples;
      for (long e = 0; e < ck_block_examples; e += CK_LANES) {
        vf middle =
            __builtin_convertvector(load_integers(product + i * ck_block_examples + e), vf);
        vf room = own + load(slack + e);
        store_upper(upper + e, unit * (middle + room));
        store(lower + e, largest(load(lower + e), unit * (middle - room)));
      }
    }
  }
}

// least[e]: a number that the lower bounds of k groups reach, and therefore the scores of k
// prototypes. It is nearly the largest such number, and infinite after the last example.
static void bound_of_best(const ck_block *block, long k, long groups, const float *groupLower,
                          float *least) {
  for (long e = 0; e < ck_block_examples; e += CK_LANES) {
    vf reached = load(groupLower + e), missed = reached;
    for (long g = 1; g < groups; g++) {
      reached = smallest(reached, load(groupLower + g * ck_block_examples + e));
      missed = largest(missed, load(groupLower + g * ck_block_examples + e));
    }
    for (int halvings = 0; halvings < 12; halvings++) {
      vf middle = (reached + missed) * 0.5f;
      vi count = (vi){0};  // less one for each group
      for (long g = 0; g < groups; g++)
        count += load(groupLower + g * ck_block_examples + e) >= middle;
      vi enough = count <= (int32_t)-k;
      reached = select_where(enough, middle, reached);
      missed = select_where(enough, missed, middle);
    }
    store(least + e, reached);
  }
  for (long e = block->examples; e < ck_block_examples; e++) least[e] = INFINITY;
}

// Lists for every example, in order, the prototypes whose upper bound is at least least[e]. Returns
// false if an example has more than `capacity` of them.
static bool list_candidates(const ck_model *m, const ck_block *block, const float *least,
                            long capacity, int32_t *candidate, int32_t *candidates) {
  for (long i = 0; i < m->prototypes; i++) {
    uint64_t open = 0;
    for (long e = 0; e < ck_block_examples; e += CK_LANES) {
      vf upper = load_upper(block->upper + i * ck_block_examples + e);
      open |= (uint64_t)lanes_where(upper >= load(least + e)) << e;
    }
    for (; open; open &= open - 1) {
      long e = __builtin_ctzll(open);
      if (candidates[e] == capacity) return false;
      candidate[e * capacity + candidates[e]++] = (int32_t)i;
    }
  }
  return true;
}

// The scores of up to CK_LANES prototypes, each summed over d in the same order as in `multiply`.
CK_INLINE vf scores_of(const ck_model *m, const float *z, const int32_t *index, long count) {
  vf sum = (vf){0};
  for (long d = 0; d < m->stride; d += CK_LANES) {
    vf c[CK_LANES];
    for (long i = 0; i < CK_LANES; i++)
      c[i] = load(m->prototype + index[i < count ? i : 0] * m->stride + d);
    transpose_lanes(c);
    for (long i = 0; i < CK_LANES; i++) sum = splat(z[d + i]) * c[i] + sum;
  }
  return sum;
}

// Inserts the k best prototypes of every example into `best`. Returns false, and inserts nothing,
// if too many prototypes have similar scores or if no bound holds.
static bool choose_from_bytes(const ck_model *m, const ck_block *block, const ck_best *best) {
  long k = m->interests, capacity = ck_most_candidates(k), groups = ck_bound_groups(k);
  int32_t *candidate = (int32_t *)(block->scratch + 2 * ck_block_examples * best->row);
  float *groupLower = (float *)(candidate + ck_block_examples * capacity);
  uint8_t *columns = (uint8_t *)(groupLower + ck_block_examples * groups);
  float slack[ck_block_examples] = {0}, least[ck_block_examples];
  int32_t candidates[ck_block_examples] = {0};
  if (!round_columns(block, m->stride, columns, slack)) return false;
  bound_scores(m, block, columns, slack, groups, groupLower);
  bound_of_best(block, k, groups, groupLower, least);
  if (!list_candidates(m, block, least, capacity, candidate, candidates)) return false;
  for (long e = 0; e < block->examples; e++) {
    const int32_t *index = candidate + e * capacity;
    if (e + 1 < block->examples)
      prefetch_rows(m, candidates[e + 1], index + capacity, m->prototype);
    for (long i = 0; i < candidates[e]; i += CK_LANES) {
      long count = candidates[e] - i < CK_LANES ? candidates[e] - i : CK_LANES;
      float score[CK_LANES];
      store(score, scores_of(m, block->z + e * m->stride, index + i, count));
      for (long j = 0; j < count; j++)
        if (score[j] >= best->score[e * best->row])
          insert_candidate(best, k, e, score[j], index[i + j]);
    }
  }
  return true;
}
