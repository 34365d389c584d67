// One kernel set. The including file defines CK_SET (its name), CK_LANES and the shape of the
// register tile, and puts the target attribute around this file.

#include "../include/ckernels.h"

#include "vector.h"

#include "gemm.h"
#include "rows.h"

#include "best.h"
#include "shortlist.h"
#include "choice.h"
#include "forward.h"

#include "backward.h"
#include "learners.h"
#include "loss.h"
#include "catalogue.h"
#include "ranking.h"

const ck_kernels CK_TABLE = {
    .name = CK_SET,
    .gemm = gemm,
    .transpose = transpose,
    .gatherRows = gather_rows,
    .scatterRows = scatter_rows,
    .tanhDot = tanh_dot,
    .tanhDotBackward = tanh_dot_backward,
    .normalize = normalize,
    .normalizeBackward = normalize_backward,
    .centre = centre,
    .centreBackward = centre_backward,
    .multipliesBytes = multiplies_bytes,
    .roundRows = round_rows,
    .forward = forward,
    .backward = backward,
    .crossEntropy = cross_entropy,
    .logitShifts = logit_shifts,
    .addExponentials = add_exponentials,
    .endSoftmax = end_softmax,
    .subtractTargets = subtract_targets,
    .addItemGradients = add_item_gradients,
    .addRows = add_rows,
    .bpr = bpr,
    .largestNorm = largest_norm,
    .rank = rank_targets,
    .topItems = top_items,
    .powerSum = power_sum,
    .scale = scale_values,
    .addAll = add_all,
    .adam = adam,
    .sgd = sgd,
    .adagrad = adagrad,
    .rmsprop = rmsprop,
};
