#!/usr/bin/env python3
"""Measures the Swift code of Sources: sizes of files and targets, and comments to look at.

    python3 Scripts/measure_code.py

Prints the lines of each target, the share of files under 25 lines, the files over 250 lines, and the
doc comments with the word "where": some of them say "where" and mean "if".
"""

import pathlib
import re

SOURCES = pathlib.Path(__file__).resolve().parent.parent / "Sources"
SMALL, LARGE = 25, 250


def main() -> None:
    files = {path.relative_to(SOURCES): path.read_text().splitlines()
             for path in sorted(SOURCES.rglob("*.swift"))}
    targets: dict[str, list[int]] = {}
    for path, lines in files.items():
        targets.setdefault(path.parts[0], []).append(len(lines))

    print("target         files   lines")
    for target, sizes in targets.items():
        print(f"{target:12s} {len(sizes):7d} {sum(sizes):7d}")
    sizes = sorted(len(lines) for lines in files.values())
    print(f"{'all':12s} {len(sizes):7d} {sum(sizes):7d}\n")

    small = sum(size < SMALL for size in sizes)
    print(f"files under {SMALL} lines: {small} of {len(sizes)}, {small / len(sizes):.0%}")
    print(f"median of a file: {sizes[len(sizes) // 2]} lines")
    large = {path: len(lines) for path, lines in files.items() if len(lines) > LARGE}
    print(f"files over {LARGE} lines: {len(large)}")
    for path, size in large.items():
        print(f"  {path}: {size}")

    comments = [(path, number, line.strip()) for path, lines in files.items()
                for number, line in enumerate(lines, 1)
                if re.match(r"\s*///.*\bwhere\b", line, re.IGNORECASE)]
    print(f"doc comments with 'where': {len(comments)}")
    for path, number, line in comments:
        print(f"  {path}:{number}: {line}")


if __name__ == "__main__":
    main()
