#!/usr/bin/env python3
"""Five steps of torch's optimizers as RecBole builds them, in float64: learners/learners.json.

All cases begin with the parameters and take the gradients of the file's first case. A new learner is
a line in LEARNERS, a new setting one in SETTINGS.
"""

import golden

LEARNERS = {
    "adam": "Adam", "adamw": "AdamW", "sgd": "SGD", "adagrad": "Adagrad", "rmsprop": "RMSprop",
}

# The learning rate, the weight decay and the clipping of gradients.
SETTINGS = [
    (0.01, 0.0, None),
    (0.05, 0.1, None),
    (0.01, 0.0, {"max_norm": 0.5, "norm_type": 2}),
]


def train(first: dict, learner: str, rate: float, decay: float, clipping: dict | None) -> dict:
    import torch

    tensors = [
        torch.nn.Parameter(torch.tensor(values, dtype=torch.float64)) for values in first["initial"]]
    optimizer = getattr(torch.optim, LEARNERS[learner])(tensors, lr=rate, weight_decay=decay)
    steps = []
    for gradients in first["gradients"]:
        for tensor, values in zip(tensors, gradients):
            tensor.grad = torch.tensor(values, dtype=torch.float64)
        if clipping:
            torch.nn.utils.clip_grad_norm_(tensors, **clipping)
        optimizer.step()
        steps.append([tensor.tolist() for tensor in tensors])
    return {
        "source": "torch 2.13 optimisers as RecBole 1.2.1 builds them, float64",
        "learner": learner, "learning_rate": rate, "weight_decay": decay,
        "clip_grad_norm": clipping, "initial": first["initial"], "gradients": first["gradients"],
        "parameters_after_step": steps,
    }


if __name__ == "__main__":
    golden.main(
        __doc__, [golden.GOLDEN / "learners/learners.json"],
        lambda cases, _: [
            train(cases[0], learner, *setting) for learner in LEARNERS for setting in SETTINGS])
