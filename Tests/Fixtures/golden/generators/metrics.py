#!/usr/bin/env python3
"""All metrics that RecBole computes from the scores and positives of metrics/metrics.json.

Scores are rows of users; null is minus infinity. A new metric is a name in METRICS here. A new case
is an object with "topk", "metric_decimal_place", "n_items", "scores" without ties, "positives",
"train_item_counts" and "tail_ratio".
"""

from collections import Counter

import golden

METRICS = [
    "Recall", "MRR", "NDCG", "Hit", "Precision", "MAP", "ItemCoverage", "AveragePopularity",
    "ShannonEntropy", "GiniIndex", "TailPercentage",
]


def evaluate(case: dict) -> dict:
    import torch
    from recbole.config import Config
    from recbole.evaluator import Evaluator
    from recbole.evaluator.collector import DataStruct

    lowest = float("-inf")
    scores = torch.tensor(
        [[lowest if score is None else score for score in row] for row in case["scores"]])
    users, items = scores.shape
    _, ranking = torch.topk(scores, max(case["topk"]), dim=-1)
    is_positive = torch.zeros(users, items, dtype=torch.int)
    is_positive[torch.arange(users), torch.tensor(case["positives"])] = 1
    hits = torch.gather(is_positive, 1, ranking)
    struct = DataStruct()
    struct.set("rec.items", ranking)
    struct.set("rec.topk", torch.cat((hits, is_positive.sum(1, keepdim=True)), 1))
    struct.set("data.num_items", items)
    struct.set("data.num_users", users)
    counts = Counter({int(item): count for item, count in case["train_item_counts"].items()})
    struct.set("data.count_items", counts)
    config = Config(
        model="SINE", dataset="ml-100k",
        config_dict={
            "metrics": METRICS, "topk": case["topk"], "tail_ratio": case["tail_ratio"],
            "metric_decimal_place": case["metric_decimal_place"], "use_gpu": False,
            "train_neg_sample_args": None,
        })
    result = Evaluator(config).evaluate(struct)
    return {**case, "expected": {name: float(value) for name, value in result.items()}}


if __name__ == "__main__":
    golden.main(
        __doc__, [golden.GOLDEN / "metrics/metrics.json"],
        lambda cases, _: [evaluate(case) for case in cases])
