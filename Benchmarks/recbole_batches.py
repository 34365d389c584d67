"""Times training batches of RecBole's SINE; runs under the Python that has RecBole.

Called by against_recbole.py; prints one JSON object. Only zero_grad, the loss, backward and the
optimiser's step are on the clock: the data loader is not.
"""

import argparse
import json
import logging
import resource
import sys
import time
import warnings

warnings.filterwarnings("ignore")
began = time.perf_counter()
import torch  # noqa: E402
from recbole.config import Config  # noqa: E402
from recbole.data import create_dataset, data_preparation  # noqa: E402
from recbole.utils import get_model, init_seed  # noqa: E402

import_seconds = time.perf_counter() - began


def configuration(sizes):
    return Config(
        model="SINE",
        dataset="ml-100k",
        config_dict={
            "train_neg_sample_args": None,
            "use_gpu": False,
            "show_progress": False,
            **sizes,
        },
    )


def time_batches(model, optimizer, data, count, deadline):
    """Seconds of each batch after the first, which warms up; stops early at the deadline."""
    seconds = []
    for number, interaction in enumerate(data):
        if number > count or (number > 1 and time.perf_counter() > deadline):
            break
        start = time.perf_counter()
        optimizer.zero_grad()
        loss = model.calculate_loss(interaction)
        loss.backward()
        optimizer.step()
        if number > 0:
            seconds.append(time.perf_counter() - start)
    return seconds


def peak_memory():
    """Bytes that were resident at most."""
    try:
        with open("/proc/self/status") as status:
            for line in status:
                if line.startswith("VmHWM:"):
                    return int(line.split()[1]) * 1024
    except OSError:
        pass
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--prototypes", type=int, required=True)
    parser.add_argument("--interests", type=int, required=True)
    parser.add_argument("--anomaly", type=int, choices=(0, 1), required=True)
    parser.add_argument("--threads", type=int, nargs="+", required=True)
    parser.add_argument("--batches", type=int, required=True)
    parser.add_argument("--seconds", type=float, required=True, help="for each count of threads")
    arguments = parser.parse_args()
    # RecBole reads the command line as well.
    sys.argv = sys.argv[:1]
    logging.disable(logging.CRITICAL)

    config = configuration(
        {"prototype_size": arguments.prototypes, "interest_size": arguments.interests}
    )
    init_seed(config["seed"], config["reproducibility"])
    start = time.perf_counter()
    data, _, _ = data_preparation(config, create_dataset(config))
    preparation_seconds = time.perf_counter() - start

    init_seed(config["seed"], config["reproducibility"])
    model = get_model("SINE")(config, data._dataset)
    # Importing the model has switched it on; without that this is RecBole at its kindest.
    torch.autograd.set_detect_anomaly(bool(arguments.anomaly))
    optimizer = torch.optim.Adam(model.parameters(), lr=config["learning_rate"])
    model.train()
    runs = []
    for threads in arguments.threads:
        torch.set_num_threads(threads)
        deadline = time.perf_counter() + arguments.seconds
        seconds = time_batches(model, optimizer, data, arguments.batches, deadline)
        runs.append({"threads": threads, "seconds": seconds})
    print(
        json.dumps(
            {
                "batches_per_epoch": len(data),
                "import_seconds": import_seconds,
                "preparation_seconds": preparation_seconds,
                "peak_memory": peak_memory(),
                "runs": runs,
            }
        )
    )


if __name__ == "__main__":
    main()
