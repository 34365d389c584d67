#!/usr/bin/env python3
"""The ids and the examples that RecBole makes of the small logs of data/, or the error that it raises.

A new case is a folder with its log, NAME/NAME.inter, and an expected.json that holds a "note" and the
"config" that is not RecBole's default.
"""

import pathlib

import golden


def examples(loader) -> list[dict]:
    rows = loader._dataset.inter_feat
    columns = (rows[name] for name in ("user_id", "item_length", "item_id", "item_id_list"))
    return [
        {"user": int(user), "length": int(length), "target": int(target),
         "sequence": [int(item) for item in sequence[: int(length)]]}
        for user, length, target, sequence in zip(*columns)]


def remake(case: dict, file: pathlib.Path) -> dict:
    from recbole.config import Config
    from recbole.data import create_dataset, data_preparation
    from recbole.utils import init_seed

    made = {"source": "RecBole 1.2.1", "note": case["note"], "config": case["config"]}
    usual = {
        "train_neg_sample_args": None, "use_gpu": False, "show_progress": False,
        "data_path": str(golden.GOLDEN / "data"),
        "load_col": {"inter": ["user_id", "item_id", "rating", "timestamp"]},
    }
    try:
        config = Config(
            model="SINE", dataset=file.parent.name, config_dict={**usual, **case["config"]})
        init_seed(2020, True)
        dataset = create_dataset(config)
        loaders = data_preparation(config, dataset)
        for name, field in [("user_tokens", "user_id"), ("item_tokens", "item_id")]:
            made[name] = [str(token) for token in dataset.field2id_token[field][1:]]
        made["n_users"], made["n_items"] = int(dataset.user_num), int(dataset.item_num)
        for name, loader in zip(("train", "valid", "test"), loaders):
            made[name] = examples(loader)
    except Exception as error:
        made = {"source": "RecBole 1.2.1", "note": case["note"], "config": case["config"],
                "raises": golden.error_text(error)}
    return made


if __name__ == "__main__":
    golden.main(__doc__, sorted((golden.GOLDEN / "data").glob("*/expected.json")), remake)
