"""Trains two scorecards on the retail history and writes them to examples/models.

    venv/bin/python examples/training/train_scorecard.py --history history.csv

One replaces each bin by its weight of evidence, the other has a column a bin.
"""

import argparse

import numpy as np
import skl2onnx.sklapi.register  # noqa: F401 (makes WOETransformer known to the exporter)
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType
from skl2onnx.sklapi import WOETransformer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import KBinsDiscretizer

from history import NUMBERS, load_history
from registration import write

SCHEMA = "../applicants/schema.json"
OPSET = {"": 18, "ai.onnx.ml": 3}
BINS = 5


def evidence(values, repaid):
    """Quintiles of a column with their weights of evidence, ln(share of the repaid / share of the defaulted)."""
    edges = np.unique(np.quantile(values, np.arange(1, BINS) / BINS).astype(np.float32))
    bounds = [-np.inf, *edges.tolist(), np.inf]
    intervals, weights = [], []
    for low, high in zip(bounds, bounds[1:]):
        inside = (values > low) & (values <= high)
        good = (inside & (repaid == 1)).sum() / (repaid == 1).sum()
        bad = (inside & (repaid == 0)).sum() / (repaid == 0).sum()
        if inside.sum() == 0:
            continue
        intervals.append((low, high, False, True))
        weights.append(float(np.log(good / bad)))
    return intervals, weights


def train_woe(matrix, repaid):
    table = [evidence(matrix[:, i], repaid) for i in range(len(NUMBERS))]
    woe = WOETransformer(intervals=[t[0] for t in table], weights=[t[1] for t in table], onehot=False)
    pipeline = Pipeline([("woe", woe), ("regression", LogisticRegression(C=1.0, max_iter=2000))])
    pipeline.fit(matrix, repaid)
    model = to_onnx(pipeline, initial_types=[("x", FloatTensorType([None, len(NUMBERS)]))], target_opset=OPSET)
    write("retail-scorecard", model, "Scorecard by weights of evidence, scikit-learn", SCHEMA, "1", {"probability": "0.5"}, NUMBERS)


def train_bins(matrix, repaid):
    bins = KBinsDiscretizer(n_bins=6, encode="onehot-dense", strategy="quantile", quantile_method="averaged_inverted_cdf")
    pipeline = Pipeline([("bins", bins), ("regression", LogisticRegression(C=1.0, max_iter=2000))])
    pipeline.fit(matrix, repaid)
    model = to_onnx(pipeline, initial_types=[("x", FloatTensorType([None, len(NUMBERS)]))], target_opset=OPSET)
    write("retail-bins", model, "Scorecard with a column a bin, scikit-learn", SCHEMA, "1", {"probability": "0.5"}, NUMBERS)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--history", required=True, help="output of examples/applicants/write-history.ts")
    frame = load_history(parser.parse_args().history)
    matrix = frame[NUMBERS].to_numpy(dtype=np.float32)
    repaid = frame["repaid"].to_numpy()
    train_woe(matrix, repaid)
    train_bins(matrix, repaid)


if __name__ == "__main__":
    main()
