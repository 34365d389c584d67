"""What all generators share: they make a file of golden numbers again from the inputs in it."""

import argparse
import json
import math
import os
import pathlib
import sys
import tempfile
import warnings
from typing import Callable, Iterator

GOLDEN = pathlib.Path(__file__).resolve().parent.parent


# How far numbers of two CPUs may be apart, relative to their size. A file whose numbers are no further
# apart stays as it is. Numbers below SMALL count as that large: some are nothing but rounding errors.
TOLERANCE = 1e-8
SMALL = 1e-3


def main(text: str, files: list[pathlib.Path], remake: Callable, indent: int | None = None) -> None:
    """Makes each file again, or compares it with what would be made.

    `remake` gets what a file holds, and its path, and returns what the file should hold.
    """
    parser = argparse.ArgumentParser(
        description=text, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="compare, and write nothing")
    options = parser.parse_args()
    # RecBole reads the command line too, and leaves folders behind in the current one.
    sys.argv = sys.argv[:1]
    warnings.filterwarnings("ignore")
    are_equal = True
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        for file in files:
            are_equal = update(file, remake, indent, options.check) and are_equal
        os.chdir(GOLDEN)
    sys.exit(1 if options.check and not are_equal else 0)


def update(file: pathlib.Path, remake: Callable, indent: int | None, only_checks: bool) -> bool:
    """Makes a file again, or only compares; returns whether it was as it should be."""
    old = json.loads(file.read_text())
    new = json.loads(json.dumps(remake(old, file), default=str))
    differences = list(compare(old, new, ""))
    large = [place for place, distance in differences if distance > TOLERANCE]
    name = file.relative_to(GOLDEN)
    if not differences:
        print(f"{name}: equal")
    elif not large:
        distance = max(distance for _, distance in differences)
        print(f"{name}: equal but for {len(differences)} numbers, by {distance:.0e} of their size")
    else:
        print(f"{name}: {len(large)} differences" + ("" if only_checks else ", made again"))
        for place in large[:5]:
            print(f"  {place}")
        if not only_checks:
            file.write_text(json.dumps(new, indent=indent))
    return not large


def compare(old, new, place: str) -> Iterator[tuple[str, float]]:
    """The places where two values differ; how far, for numbers relative to their size."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in {**old, **new}:
            yield from compare(old.get(key), new.get(key), f"{place}.{key}")
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for index, pair in enumerate(zip(old, new)):
            yield from compare(*pair, f"{place}[{index}]")
    elif type(old) is not type(new) or old != new:
        distance = math.inf
        if isinstance(old, float) and isinstance(new, float):
            distance = abs(old - new) / max(abs(old), abs(new), SMALL)
        yield f"{place} was {str(old)[:80]}, is {str(new)[:80]}", distance


def error_text(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"
