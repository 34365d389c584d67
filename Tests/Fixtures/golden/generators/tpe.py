#!/usr/bin/env python3
"""The densities of Optuna's TPE sampler for the histories in tpe/tpe.json.

A new case is an object with "name", "direction", "space", "trials" and "points". A parameter of the space
has "name" and one of "choice": [values], "uniform": [low, high], "loguniform": [logarithm of low, of high]
and "steps": [low, high, step]. A trial has "values" in the order of the space and "state": "complete" with
"score", "paused" with "epochs" and "score", or "running".

NumPy's order of equal observations depends on the CPU, and so do their kernels in Optuna. Here the older
one is the first.
"""

import functools
import math

import golden


def distribution(parameter: dict):
    from optuna.distributions import CategoricalDistribution, FloatDistribution

    if "choice" in parameter:
        return CategoricalDistribution(parameter["choice"])
    if "uniform" in parameter:
        return FloatDistribution(*parameter["uniform"])
    if "loguniform" in parameter:
        return FloatDistribution(*map(math.exp, parameter["loguniform"]), log=True)
    low, high, step = parameter["steps"]
    return FloatDistribution(low, high, step=step)


def trial(case: dict, space: dict, number: int):
    import optuna
    from optuna.trial import TrialState

    given = case["trials"][number]
    states = {"complete": TrialState.COMPLETE, "paused": TrialState.PRUNED,
              "running": TrialState.RUNNING}
    state = states[given["state"]]
    is_paused = state == TrialState.PRUNED
    frozen = optuna.trial.create_trial(
        state=state, value=given["score"] if state == TrialState.COMPLETE else None,
        params=dict(zip(space, given["values"])), distributions=space,
        intermediate_values={given["epochs"]: given["score"]} if is_paused else {})
    frozen.number = number
    return frozen


def kernels(mixture, name: str) -> dict:
    if hasattr(mixture, "mu"):
        return {"name": name, "means": mixture.mu.tolist(), "sigmas": mixture.sigma.tolist()}
    return {"name": name, "rows": mixture.weights.tolist()}


class StableNumPy:
    """NumPy whose `argsort` keeps the order of equal values."""

    def __init__(self, numpy):
        self.numpy = numpy
        self.argsort = functools.partial(numpy.argsort, kind="stable")

    def __getattr__(self, name: str):
        return getattr(self.numpy, name)


def compute(case: dict, _) -> dict:
    import numpy
    import optuna
    from optuna.samplers._tpe import parzen_estimator, sampler as tpe
    from optuna.trial import TrialState

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    parzen_estimator.np = StableNumPy(numpy)
    space = {parameter["name"]: distribution(parameter) for parameter in case["space"]}
    trials = [trial(case, space, number) for number in range(len(case["trials"]))]
    study = optuna.create_study(direction=case["direction"])
    finished = sum(trial.state != TrialState.RUNNING for trial in trials)
    sampler = optuna.samplers.TPESampler()
    result = {key: case[key] for key in ("name", "direction", "space", "trials", "points")}
    points = {
        name: numpy.array([kind.to_internal_repr(point[place]) for point in case["points"]])
        for place, (name, kind) in enumerate(space.items())}
    split = tpe._split_trials(study, trials, tpe.default_gamma(finished))
    for key, part in zip(("below", "above"), split):
        estimator = sampler._build_parzen_estimator(study, space, part, key == "below")
        mixture = estimator._mixture_distribution
        result[key] = {
            "trials": [trial.number for trial in part],
            "weights": mixture.weights.tolist(),
            "kernels": [kernels(*pair) for pair in zip(mixture.distributions, space)],
            "logDensities": estimator.log_pdf(points).tolist()}
    return result


if __name__ == "__main__":
    golden.main(
        __doc__, [golden.GOLDEN / "tpe/tpe.json"],
        lambda cases, path: [compute(case, path) for case in cases], indent=1)
