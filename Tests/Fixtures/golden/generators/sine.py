#!/usr/bin/env python3
"""RecBole's SINE in float64: the forward pass, the loss, all gradients and three steps of Adam.

Each file of sine/ holds its own inputs: "config", "parameters", "item_seq", "item_seq_len",
"pos_items" and "neg_items". A new case is a new file with these.
"""

import golden


class Config(dict):
    """RecBole's Config answers None for a key that it does not have."""

    def __getitem__(self, key):
        return self.get(key)


class Catalogue:
    """What SINE asks of a data set."""

    def __init__(self, items: int):
        self.item_num = items
        self.user_num = 9

    def num(self, _field: str) -> int:
        return self.item_num


def numbers(tensor) -> list[float]:
    return tensor.detach().double().reshape(-1).tolist()


def remake(case: dict, _) -> dict:
    import torch
    from recbole.model.sequential_recommender.sine import SINE

    torch.autograd.set_detect_anomaly(False)
    values = case["config"]
    config = Config(
        values, USER_ID_FIELD="user_id", ITEM_ID_FIELD="item_id", LIST_SUFFIX="_list",
        ITEM_LIST_LENGTH_FIELD="item_length", MAX_ITEM_LIST_LENGTH=values["max_len"],
        NEG_PREFIX="neg_", device=torch.device("cpu"))
    model = SINE(config, Catalogue(values["n_items"])).double()
    for name, parameter in model.named_parameters():
        given = torch.tensor(case["parameters"][name], dtype=torch.float64)
        parameter.data.copy_(given.reshape(parameter.shape))
    sequences, lengths = torch.tensor(case["item_seq"]), torch.tensor(case["item_seq_len"])
    batch = {
        "item_id_list": sequences, "item_length": lengths,
        "item_id": torch.tensor(case["pos_items"]), "neg_item_id": torch.tensor(case["neg_items"]),
    }
    named = list(model.named_parameters())
    made = dict(case)
    made["shapes"] = {name: list(parameter.shape) for name, parameter in named}
    made["seq_output"] = numbers(model.forward(sequences, lengths))
    made["scores"] = numbers(model.full_sort_predict(batch))
    made["steps"] = []
    optimizer = torch.optim.Adam(
        model.parameters(), lr=values["learning_rate"], weight_decay=values["weight_decay"])
    for step in range(3):
        optimizer.zero_grad()
        loss = model.calculate_loss(batch)
        loss.backward()
        if step == 0:
            made["gradients"] = {
                name: None if parameter.grad is None else numbers(parameter.grad)
                for name, parameter in named}
        optimizer.step()
        last = {name: numbers(parameter) for name, parameter in named} if step == 2 else None
        made["steps"].append({"loss": loss.item(), "parameters": last})
    return made


if __name__ == "__main__":
    golden.main(__doc__, sorted((golden.GOLDEN / "sine").glob("*.json")), remake)
