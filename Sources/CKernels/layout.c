// The layout of a batch: integer work, the same for every kernel set.

#include "ckernels.h"

static int32_t slot_of(int32_t item, long *slots, const ck_batch_layout *layout) {
  if (layout->slotOfItem[item] < 0) {
    layout->slotOfItem[item] = (int32_t)*slots;
    layout->slotItem[(*slots)++] = item;
  }
  return layout->slotOfItem[item];
}

long ck_lay_out(long examples, const int32_t *start, const int32_t *length, const int32_t *items,
                long maxLength, const ck_batch_layout *layout) {
  long slots = 0, base = 0, offset = 0;
  slot_of(0, &slots, layout);
  for (long e = 0; e < examples; e++) {
    if (e % ck_block_examples == 0) {
      base += offset;
      offset = 0;
      layout->blockStart[e / ck_block_examples] = base;
    }
    int32_t *slot = layout->slot + base + offset;
    float *multiplicity = layout->multiplicity + base + offset;
    long count = 0;
    for (; count < length[e]; count++) {
      slot[count] = slot_of(items[start[e] + count], &slots, layout);
      multiplicity[count] = 1;
    }
    if (length[e] < maxLength) {  // all padding is one position
      slot[count] = 0;
      multiplicity[count++] = (float)(maxLength - length[e]);
    }
    long capacity = ck_rounded(count);
    layout->first[e] = (int32_t)offset;
    layout->count[e] = (int32_t)count;
    layout->capacity[e] = (int32_t)capacity;
    for (; count < capacity; count++) {
      slot[count] = slot[0];
      multiplicity[count] = 0;
    }
    offset += capacity;
  }
  layout->blockStart[(examples + ck_block_examples - 1) / ck_block_examples] = base + offset;
  for (long i = 0; i < slots; i++) layout->slotOfItem[layout->slotItem[i]] = -1;
  return slots;
}
