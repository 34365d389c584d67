#!/usr/bin/env python3
"""The configuration that RecBole makes of the cases of config/config.json, or the error it raises.

A new case is an object with "dataset", "yaml" (the texts of configuration files), "parameters" (the
searched ones) and "arguments" (of the command line).
"""

import logging
import sys
import tempfile

import golden

KEYS = """embedding_size layer_norm_eps prototype_size interest_size tau_ratio reg_loss_ratio loss_type
seed epochs train_batch_size learner learning_rate train_neg_sample_args eval_step stopping_step
clip_grad_norm weight_decay eval_args metrics topk valid_metric valid_metric_bigger eval_batch_size
metric_decimal_place MAX_ITEM_LIST_LENGTH USER_ID_FIELD ITEM_ID_FIELD TIME_FIELD load_col
user_inter_num_interval item_inter_num_interval val_interval rm_dup_inter normalize_all repeatable
shuffle checkpoint_dir""".split()


def read(case: dict) -> dict:
    from recbole.config import Config

    files = []
    for text in case["yaml"]:
        with tempfile.NamedTemporaryFile("w", suffix=".yaml", dir=".", delete=False) as file:
            file.write(text)
            files.append(file.name)
    made = {
        "source": "RecBole 1.2.1", "dataset": case["dataset"], "yaml": case["yaml"],
        "parameters": case["parameters"], "arguments": case["arguments"],
    }
    program = sys.argv[:1]
    sys.argv = program + case["arguments"]
    try:
        config = Config(
            model="SINE", dataset=case["dataset"], config_file_list=files or None,
            config_dict=dict(case["parameters"]) or None)
        made["expected"] = {key: config[key] for key in KEYS}
    except Exception as error:
        made["raises"] = golden.error_text(error)
    finally:
        sys.argv = program
    return made


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    golden.main(
        __doc__, [golden.GOLDEN / "config/config.json"],
        lambda cases, _: [read(case) for case in cases], indent=1)
