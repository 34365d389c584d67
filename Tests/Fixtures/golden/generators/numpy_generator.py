#!/usr/bin/env python3
"""What numpy.random.default_rng draws for the seeds and in the order of worlds/generator.json.

    venv/bin/pip install numpy        # 2.4.6 made the file
    venv/bin/python numpy_generator.py [--check]

A new case is an object with nothing but its "seed" and its "draws". A draw is the name of a method, its
arguments, and how often it is called.
"""

import golden
import numpy


def remake(cases: list[dict], _) -> list[dict]:
    return [{**case, "values": draw(case)} for case in cases]


def draw(case: dict) -> list[list]:
    generator = numpy.random.default_rng(case["seed"])
    return [
        [getattr(generator, name)(*arguments).item() if name == "integers"
         else getattr(generator, name)(*arguments) for _ in range(count)]
        for name, arguments, count in case["draws"]]


if __name__ == "__main__":
    golden.main(__doc__, [golden.GOLDEN / "worlds/generator.json"], remake)
