#!/usr/bin/env python3
"""Digests of RecBole's examples of ml-100k, and its random streams: ml-100k/expected.json.

A new configuration is an entry of "cases" with its "config"; a new stream one of "random" with
"seed", "prototype_size" and "interest_size". ml-100k itself is part of RecBole's package.
"""

import golden

MODULUS = 1_000_000_007


def prepare(extra: dict):
    from recbole.config import Config
    from recbole.data import create_dataset, data_preparation
    from recbole.utils import init_seed

    usual = {"train_neg_sample_args": None, "use_gpu": False, "show_progress": False}
    config = Config(model="SINE", dataset="ml-100k", config_dict={**usual, **extra})
    init_seed(config["seed"], True)
    dataset = create_dataset(config)
    return config, dataset, data_preparation(config, dataset)


def digest(loader) -> dict:
    rows = loader._dataset.inter_feat
    columns = [rows[name].tolist() for name in ("user_id", "item_length", "item_id", "item_id_list")]
    value = 0
    for user, length, target, sequence in zip(*columns):
        for number in [user, length, target, *sequence[:length]]:
            value = (value * 31 + number) % MODULUS

    def example(index: int) -> dict:
        user, length, target, sequence = (column[index] for column in columns)
        return {
            "user": user, "length": length, "target": target, "sequence": sequence[:length]}

    return {
        "examples": len(columns[0]), "rolling_hash": value, "first": example(0),
        "last": example(-1)}


def digests(case: dict) -> dict:
    _, dataset, loaders = prepare(case["config"])
    return {
        "config": case["config"], "n_users": int(dataset.user_num),
        "n_items": int(dataset.item_num), "interactions": len(dataset.inter_feat),
        **{name: digest(loader) for name, loader in zip(("train", "valid", "test"), loaders)}}


def streams(case: dict) -> dict:
    """The first parameters, and the order of the training examples in three epochs."""
    from recbole.utils import get_model, init_seed

    chosen = {name: case[name] for name in ("seed", "prototype_size", "interest_size")}
    config, _, (loader, _, _) = prepare(chosen)
    init_seed(chosen["seed"], True)
    model = get_model("SINE")(config, loader._dataset)
    parameters = {}
    for name, parameter in model.named_parameters():
        numbers = parameter.detach().reshape(-1)
        parameters[name] = {
            "shape": list(parameter.shape), "first": numbers[:8].tolist(),
            "last": numbers[-4:].tolist(), "sum": float(numbers.double().sum())}
    epochs = []
    for _ in range(3):
        targets = [batch["item_id"][:12].tolist() for batch in loader]
        epochs.append({
            "first_batch_targets": targets[0], "second_batch_targets": targets[1],
            "last_batch_targets": targets[-1]})
    return {**chosen, "parameters": parameters, "epochs": epochs}


def remake(old: dict, _) -> dict:
    return {
        **old, "cases": [digests(case) for case in old["cases"]],
        "random": [streams(case) for case in old["random"]]}


if __name__ == "__main__":
    golden.main(__doc__, [golden.GOLDEN / "ml-100k/expected.json"], remake)
