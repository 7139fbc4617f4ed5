"""Trains trees on public credit data, which is not part of the repository, and writes them to examples/models.

    venv/bin/python examples/training/train_public.py [--german german_credit.csv] [--taiwan taiwan_default.csv]

No model reads sex, age or marital status.
"""

import argparse

import lightgbm
import numpy as np
import pandas as pd
import xgboost
from onnxmltools import convert_lightgbm, convert_xgboost
from onnxmltools.convert.common.data_types import FloatTensorType as ToolsFloat
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType, StringTensorType
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OrdinalEncoder, StandardScaler

from registration import write

OPSET = {"": 18, "ai.onnx.ml": 3}
GERMAN_NUMBERS = ["duration", "credit_amount", "installment_rate", "existing_credits", "residence_since"]
GERMAN_CODES = ["checking_account", "credit_history", "purpose", "savings_account", "employment_since", "other_debtors",
                "other_installment", "housing"]


def train_german(path):
    """Text categories in the order of their labels, then histogram boosting."""
    frame = pd.read_csv(path)
    frame.columns = [column.replace("-", "_") for column in frame.columns]
    for name in GERMAN_CODES:
        frame[name] = frame[name].str.strip()
    frame[GERMAN_NUMBERS] = frame[GERMAN_NUMBERS].astype(np.float32)
    columns = ColumnTransformer([("numbers", "passthrough", GERMAN_NUMBERS), ("codes", OrdinalEncoder(), GERMAN_CODES)])
    boosting = HistGradientBoostingClassifier(max_iter=32, max_depth=4, random_state=1)
    pipeline = Pipeline([("columns", columns), ("boosting", boosting)])
    pipeline.fit(frame[GERMAN_NUMBERS + GERMAN_CODES], frame["class_label"])
    types = [(name, FloatTensorType([None, 1])) for name in GERMAN_NUMBERS]
    types += [(name, StringTensorType([None, 1])) for name in GERMAN_CODES]
    model = to_onnx(pipeline, initial_types=types, target_opset=OPSET)
    write("german-histgb", model, "Histogram gradient boosting on UCI German Credit, scikit-learn", "../german/schema.json", "1",
          {"probability": "0.5"})


def train_taiwan(path):
    """A regression, XGBoost in the larger shape and LightGBM in the smaller one; class 1 has paid."""
    frame = pd.read_csv(path)
    paid = 1 - frame["default payment"]
    frame = frame.drop(columns=["SEX", "MARRIAGE", "AGE", "default payment"])
    names = [column.lower() for column in frame.columns]
    matrix = frame.to_numpy(dtype=np.float32)
    schema = "../taiwan/schema.json"
    half = {"probability": "0.5"}
    types = [("x", ToolsFloat([None, len(names)]))]

    regression = Pipeline([("scale", StandardScaler()), ("regression", LogisticRegression(max_iter=2000))]).fit(matrix, paid)
    model = to_onnx(regression, initial_types=[("x", FloatTensorType([None, len(names)]))], target_opset=OPSET)
    write("taiwan-sklearn", model, "Logistic regression on UCI credit-card clients, scikit-learn", schema, "1", half, names)

    boosting = xgboost.XGBClassifier(n_estimators=100, max_depth=6, min_child_weight=40, learning_rate=0.1, random_state=1)
    model = convert_xgboost(boosting.fit(matrix, paid), initial_types=types, target_opset=15)
    write("taiwan-xgboost", model, "Boosted trees on UCI credit-card clients, XGBoost", schema, "1", half, names)

    boosting = lightgbm.LGBMClassifier(n_estimators=32, max_depth=4, num_leaves=16, min_child_samples=40, random_state=1, verbose=-1)
    model = convert_lightgbm(boosting.fit(matrix, paid), initial_types=types, target_opset=15, zipmap=True)
    write("taiwan-lightgbm", model, "Boosted trees on UCI credit-card clients, LightGBM", schema, "1", half, names)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--german", help="german_credit.csv")
    parser.add_argument("--taiwan", help="taiwan_default.csv")
    arguments = parser.parse_args()
    if arguments.german:
        train_german(arguments.german)
    if arguments.taiwan:
        train_taiwan(arguments.taiwan)


if __name__ == "__main__":
    main()
