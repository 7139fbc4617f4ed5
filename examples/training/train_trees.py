"""Trains forests and boosted trees on the retail history and writes them to examples/models.

    venv/bin/python examples/training/train_trees.py --history history.csv

Codes go in as integers, or one-hot. Depth and number stay within the shapes that have a circuit.
"""

import argparse

import lightgbm
import numpy as np
import xgboost
from onnxmltools import convert_lightgbm, convert_xgboost
from onnxmltools.convert.common.data_types import FloatTensorType as ToolsFloat
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType, Int64TensorType
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from history import CODES, FLAGS, NUMBERS, load_history
from registration import write

SCHEMA = "../applicants/schema.json"
HALF = {"probability": "0.5"}
COLUMNS = NUMBERS + CODES + FLAGS
OPSET = {"": 18, "ai.onnx.ml": 3}


def train_forest(frame):
    """A forest behind scaled numbers, one-hot and ordinal codes; its leaves are probabilities."""
    columns = ColumnTransformer([
        ("numbers", StandardScaler(), NUMBERS),
        ("one_hot", OneHotEncoder(handle_unknown="ignore"), ["employment"]),
        ("ordinal", "passthrough", ["purpose", "housing"]),
    ])
    forest = RandomForestClassifier(n_estimators=100, max_depth=5, min_samples_leaf=50, random_state=1)
    pipeline = Pipeline([("columns", columns), ("forest", forest)])
    pipeline.fit(frame[NUMBERS + CODES], frame["repaid"])
    types = [(name, FloatTensorType([None, 1])) for name in NUMBERS] + [(name, Int64TensorType([None, 1])) for name in CODES]
    model = to_onnx(pipeline, initial_types=types, target_opset=OPSET, options={id(pipeline): {"zipmap": False}})
    write("retail-forest", model, "Random forest, scikit-learn", SCHEMA, "1", {"probability": "0.6"})


def train_hist(frame, matrix):
    boosting = HistGradientBoostingClassifier(max_iter=32, max_depth=4, random_state=1)
    boosting.fit(matrix, frame["repaid"])
    model = to_onnx(boosting, initial_types=[("x", FloatTensorType([None, len(COLUMNS)]))], target_opset=OPSET)
    write("retail-histgb", model, "Histogram gradient boosting, scikit-learn", SCHEMA, "1", HALF, COLUMNS)


def train_xgboost(frame, matrix):
    boosting = xgboost.XGBClassifier(n_estimators=100, max_depth=6, min_child_weight=40, learning_rate=0.1, random_state=1)
    boosting.fit(matrix, frame["repaid"])
    model = convert_xgboost(boosting, initial_types=[("x", ToolsFloat([None, len(COLUMNS)]))], target_opset=15)
    write("retail-xgboost", model, "Boosted trees, XGBoost", SCHEMA, "1", HALF, COLUMNS)


def train_lightgbm(frame, matrix):
    boosting = lightgbm.LGBMClassifier(
        n_estimators=32, max_depth=4, num_leaves=16, min_child_samples=40, random_state=1, verbose=-1,
    )
    boosting.fit(matrix, frame["repaid"])
    model = convert_lightgbm(boosting, initial_types=[("x", ToolsFloat([None, len(COLUMNS)]))], target_opset=15, zipmap=True)
    write("retail-lightgbm", model, "Boosted trees, LightGBM", SCHEMA, "1", {"probability": "0.55"}, COLUMNS)


def train_categories(frame):
    """LightGBM's own sets of categories, which its exporter writes as one test a category."""
    boosting = lightgbm.LGBMClassifier(n_estimators=24, max_depth=4, min_child_samples=40, random_state=1, verbose=-1)
    boosting.fit(frame[COLUMNS], frame["repaid"], categorical_feature=CODES)
    model = convert_lightgbm(boosting, initial_types=[("x", ToolsFloat([None, len(COLUMNS)]))], target_opset=15, zipmap=False)
    write("retail-lightgbm-categories", model, "Boosted trees with categories, LightGBM", SCHEMA, "1", HALF, COLUMNS)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--history", required=True, help="output of examples/applicants/write-history.ts")
    frame = load_history(parser.parse_args().history)
    matrix = frame[COLUMNS].to_numpy(dtype=np.float32)
    train_forest(frame)
    train_hist(frame, matrix)
    train_xgboost(frame, matrix)
    train_lightgbm(frame, matrix)
    train_categories(frame)


if __name__ == "__main__":
    main()
