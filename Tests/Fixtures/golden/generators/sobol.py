#!/usr/bin/env python3
"""The first points of SciPy's Sobol sequence without scrambling, as 30-bit integers, in sobol/sobol.json.

"points" has a row for each point, of as many numbers as "dimensions".
"""

import golden


def compute(case: dict, _) -> dict:
    import numpy
    from scipy.stats import qmc

    sequence = qmc.Sobol(case["dimensions"], scramble=False, bits=30)
    points = sequence.random(case["count"])
    return {"dimensions": case["dimensions"], "count": case["count"],
            "points": (points * 2**30).astype(numpy.int64).tolist()}


if __name__ == "__main__":
    golden.main(__doc__, [golden.GOLDEN / "sobol/sobol.json"], compute)
