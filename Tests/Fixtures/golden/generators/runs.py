#!/usr/bin/env python3
"""Trains one run of ml-100k/runs.json with RecBole, and prints its figures beside those of the file.

    python3 runs.py [--run 0] [--epochs 2]

An epoch takes RecBole a minute on two cores, and the sixteen runs have 456 epochs, so that this checks
a run and makes no file. After some ten epochs the last bits of float32 decide how a run goes on.
"""

import argparse
import json
import os
import sys
import tempfile
import warnings

import golden

SETTINGS = {
    "train_neg_sample_args": None, "metric_decimal_place": 6, "topk": [5, 10, 20, 50],
    "use_gpu": False, "show_progress": False,
}


def train(run: dict, epochs: int) -> None:
    from recbole.config import Config
    from recbole.data import create_dataset, data_preparation
    from recbole.utils import get_model, get_trainer, init_seed

    values = {**SETTINGS, **run["config"], "seed": run["seed"], "epochs": epochs}
    config = Config(model="SINE", dataset="ml-100k", config_dict=values)
    init_seed(config["seed"], True)
    training, validation, _ = data_preparation(config, create_dataset(config))
    init_seed(config["seed"], True)
    model = get_model("SINE")(config, training._dataset)
    trainer = get_trainer(config["MODEL_TYPE"], "SINE")(config, model)

    def show(epoch: int, score: float) -> None:
        figures = trainer.train_loss_dict[epoch], run["train_loss"][epoch]
        scores = score, run["valid_mrr_10"][epoch]
        print("{:5d}  {:12.6f}  {:12.6f}  {:10.6f}  {:10.6f}".format(epoch, *figures, *scores))

    trainer.fit(training, validation, saved=False, show_progress=False, callback_fn=show)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", type=int, default=0, help="the run's place in the file")
    parser.add_argument("--epochs", type=int, default=2)
    options = parser.parse_args()
    sys.argv = sys.argv[:1]
    warnings.filterwarnings("ignore")
    run = json.loads((golden.GOLDEN / "ml-100k/runs.json").read_text())["runs"][options.run]
    print(f"seed {run['seed']}, {run['config']}")
    print("epoch      loss now      the file  mrr@10 now    the file")
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        train(run, min(options.epochs, run["epochs"]))
        os.chdir(golden.GOLDEN)


if __name__ == "__main__":
    main()
