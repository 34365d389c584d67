#!/usr/bin/env python3
"""Measures training steps over a large catalogue.

    python3 Benchmarks/large_catalogue.py [--items 1000000] [--program .build/release/sine-tune]

Writes a log in which every item occurs once, 50 of them a user, and lets `sine-tune bench` take
steps over it under CE and BPR, with Adam and SGD. Printed are the seconds of a batch on one thread
and on all cores, the peak memory of one job, and the share of the time that moving the item table
and the learner's state through memory would take by itself, at the speed of this machine's memcpy.
"""

import argparse
import json
import os
import pathlib
import random
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
EVENTS = 50
CASES = [("CE", "adam"), ("CE", "sgd"), ("BPR", "adam"), ("BPR", "sgd")]
MOMENTS = {"adam": 2, "sgd": 0}


def write_log(folder, items):
    """Writes large/large.inter below the folder: every item once, in a random order."""
    order = list(range(1, items))  # with the padding there are as many as asked for
    random.Random(2020).shuffle(order)
    (folder / "large").mkdir()
    with open(folder / "large" / "large.inter", "w") as file:
        file.write("user_id:token\titem_id:token\trating:float\ttimestamp:float\n")
        for place, item in enumerate(order):
            file.write(f"u{place // EVENTS}\ti{item}\t1\t{place % EVENTS}\n")


def copy_bandwidth(size=1 << 28):
    """Bytes a second that memcpy reads and writes, by CPU time as the steps are measured."""
    source, target = memoryview(bytearray(size)), memoryview(bytearray(size))
    times = []
    for _ in range(8):
        start = time.thread_time()
        target[:] = source
        times.append(time.thread_time() - start)
    return 2 * size / sorted(times)[len(times) // 2]


def bytes_moved(options, loss, learner):
    """Bytes of the item table and of the learner's state that a step reads and writes."""
    table = options.items * ((options.width + 15) // 16 * 16) * 4
    step = 2 * (1 + MOMENTS[learner]) * table  # read and written once, under CE with the softmax
    if loss == "CE":
        groups = 8  # of examples, each of which reads all items for the sums
        return (1 + groups) * table + step  # 1: the largest norm
    return step if learner == "adam" else 0


def measure(options, folder, loss, learner):
    """Runs the benchmark; returns what it printed."""
    threads = os.cpu_count()
    result = subprocess.run(
        [options.program, "bench", "--dataset", "large", f"--data_path={folder}",
         f"--loss_type={loss}", f"--learner={learner}", f"--embedding_size={options.width}",
         "--sizes", "50,3", "--jobs", "1", "--threads", str(threads), "--rounds", "1",
         "--batches", str(options.batches), "--format", "json"],
        cwd=folder, check=True, stdout=subprocess.PIPE)
    return json.loads(result.stdout)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", default=ROOT / ".build/release/sine-tune",
                        type=lambda path: pathlib.Path(path).resolve())
    parser.add_argument("--items", type=int, default=1_000_000, help="with the padding")
    parser.add_argument("--width", type=int, default=64, help="embedding_size")
    parser.add_argument("--batches", type=int, default=2)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        write_log(folder, options.items)
        bandwidth = copy_bandwidth()
        print(f"memcpy moves {bandwidth / 1e9:.1f} GB/s; a table of the items has "
              f"{options.items * options.width * 4 / 1e6:.0f} MB")
        print("loss  learner  1 thread  threads  GFLOP/s  moved  share  memory  its stages")
        for loss, learner in CASES:
            result = measure(options, folder, loss, learner)
            case = result["cases"][0]
            moved = bytes_moved(options, loss, learner)
            share = moved / bandwidth / case["seconds_per_batch"]
            stages = ", ".join(
                f"{stage['stage']} {stage['seconds']:.3f}" for stage in case["stages"]
                if stage["seconds"] > 0.02 * case["seconds_per_batch"])
            print(f"{loss:4}  {learner:7}  {case['seconds_per_batch']:6.3f} s "
                  f"{case['threads'][-1]['seconds_per_batch']:6.3f} s  "
                  f"{case['flops_per_second'] / 1e9:7.1f}  {moved / 1e9:4.1f}GB "
                  f"{100 * share:4.0f} %  {result['peak_memory_bytes'] / 1e6:5.0f}MB  {stages}",
                  flush=True)


if __name__ == "__main__":
    main()
