"""Exports scikit-learn's breast-cancer set and trains a regression and a forest on it.

    venv/bin/python examples/training/train_medical.py

Approving is the benign class: what the model does not approve goes to a second reading.
"""

import csv
import json
from decimal import Decimal
from pathlib import Path

from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType
from sklearn.datasets import load_breast_cancer
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

from registration import write

MEDICAL = Path(__file__).resolve().parent.parent / "medical"
SCHEMA = "../medical/schema.json"
OPSET = {"": 18, "ai.onnx.ml": 3}


def export(names, data):
    """Writes the rows as decimals; 1 is benign."""
    with open(MEDICAL / "breast-cancer.csv", "w", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow([*names, "benign"])
        for values, benign in zip(data.data, data.target):
            rows.writerow([*(format(Decimal(repr(float(value))), "f") for value in values), int(benign)])


def check_schema(names):
    """The graph's columns are the schema's first slots, in their order."""
    slots = json.loads((MEDICAL / "schema.json").read_text())["slots"]
    assert [slot["name"] for slot in slots[: len(names)]] == names


def main():
    data = load_breast_cancer()
    names = [name.replace(" ", "_") for name in data.feature_names]
    check_schema(names)
    export(names, data)
    matrix = data.data.astype("float32")
    types = [("x", FloatTensorType([None, len(names)]))]

    regression = Pipeline([("scale", StandardScaler()), ("regression", LogisticRegression(C=0.1, max_iter=2000))])
    regression.fit(matrix, data.target)
    model = to_onnx(regression, initial_types=types, target_opset=OPSET)
    write("medical-regression", model, "Logistic regression on the breast-cancer set, scikit-learn", SCHEMA, "1",
          {"probability": "0.9"}, names)

    forest = RandomForestClassifier(n_estimators=32, max_depth=4, random_state=1).fit(matrix, data.target)
    model = to_onnx(forest, initial_types=types, target_opset=OPSET)
    write("medical-forest", model, "Random forest on the breast-cancer set, scikit-learn", SCHEMA, "1", {"probability": "0.9"}, names)


if __name__ == "__main__":
    main()
