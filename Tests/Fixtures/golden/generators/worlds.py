#!/usr/bin/env python3
"""The worlds of worlds/worlds.json, made by the simulator in Python that Search/Worlds is a port of.

    venv/bin/pip install numpy        # 2.4.6 made the file
    venv/bin/python worlds.py path/to/world.py [--check]

A new case is an object with nothing but "kind", "seed", "runs" and "truth_seeds". The figures are in the
order of the cells. Of the runs in "curves", scores are in ten-thousandths; qualities stand for three epochs.
"""

import importlib.util
import sys

import golden
import numpy

# The cells and runs whose curves are kept, and the epochs whose quality is kept.
RUNS = [(0, 0), (17, 1), (64, 2), (119, 3)]
EPOCHS = [0, 30, 99]


def load(path: str):
    specification = importlib.util.spec_from_file_location("world", path)
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def remake(case: dict, world_class) -> dict:
    inputs = {key: case[key] for key in ("kind", "seed", "runs", "truth_seeds")}
    world = world_class(
        case["seed"], case["kind"], runs=case["runs"], truth_seeds=case["truth_seeds"])
    order = numpy.random.default_rng([1000 * case["seed"] + 2, 3]).random((120, case["runs"]))
    return {
        **inputs, "cost": world.cost.tolist(), "mean": world.mu.tolist(),
        "spread": world.sd.tolist(), "epochs": world.epochs.tolist(),
        "grid_cost": world.grid_cost, "best_mean": world.best,
        "stops": world.stop.flatten().tolist(),
        "finals": [round(final * 10_000) for final in world.final.flatten().tolist()],
        "curves": [
            {"cell": cell, "run": run,
             "scores": [round(float(score) * 10_000)
                        for score in numpy.round(world.curves[cell, run], 4)],
             "quality": [float(world.clean[cell, run, epoch]) for epoch in EPOCHS]}
            for cell, run in RUNS],
        "order_of_repeat_2": order.argsort(axis=1).flatten().tolist(),
    }


if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1].startswith("-"):
        sys.exit(__doc__)
    world_class = load(sys.argv.pop(1)).World
    golden.main(
        __doc__, [golden.GOLDEN / "worlds/worlds.json"],
        lambda cases, _: [remake(case, world_class) for case in cases])
