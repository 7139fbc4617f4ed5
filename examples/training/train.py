"""Trains the example models and writes them, with their registration documents, to examples/models.

    python -m venv venv && venv/bin/pip install -r requirements.txt
    node examples/applicants/write-history.ts > history.csv
    venv/bin/python examples/training/train.py --history history.csv [--german german_credit.csv]

No model sees a protected attribute. The committed files came from the versions in requirements.txt.
"""

import argparse

import numpy as np
import onnx
import pandas as pd
import torch
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType, Int64TensorType, StringTensorType
from sklearn.compose import ColumnTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import Binarizer, MinMaxScaler, OneHotEncoder, StandardScaler

from history import CODES, FLAGS, NUMBERS, load_history
from registration import MODELS, write


def one_per_column(numbers, integers, strings=()):
    return (
        [(name, FloatTensorType([None, 1])) for name in numbers]
        + [(name, Int64TensorType([None, 1])) for name in integers]
        + [(name, StringTensorType([None, 1])) for name in strings]
    )


def train_sklearn(frame):
    """StandardScaler and OneHotEncoder before a logistic regression; one input a column."""
    columns = ColumnTransformer([
        ("numbers", StandardScaler(), NUMBERS),
        ("codes", OneHotEncoder(handle_unknown="ignore"), CODES),
        ("flags", "passthrough", FLAGS),
    ])
    pipeline = Pipeline([("columns", columns), ("regression", LogisticRegression(C=1.0, max_iter=2000))])
    pipeline.fit(frame[NUMBERS + CODES + FLAGS], frame["repaid"])
    model = to_onnx(pipeline, initial_types=one_per_column(NUMBERS, CODES + FLAGS), target_opset={"": 18, "ai.onnx.ml": 3})
    write("retail-sklearn", model, "Logistic regression, scikit-learn", "../applicants/schema.json", "1", {"probability": "0.5"})


def train_binned(frame):
    """Thresholds on raw values beside a min-max scaled number: every term but one is a step."""
    columns = ColumnTransformer([
        ("late", Binarizer(threshold=1.5), ["delinquencies_24m"]),
        ("debt", Binarizer(threshold=0.3), ["debt_to_income"]),
        ("large", Binarizer(threshold=14999.99), ["loan_amount"]),
        ("income", MinMaxScaler(), ["income"]),
        ("codes", OneHotEncoder(drop="first"), ["employment"]),
    ])
    names = ["delinquencies_24m", "debt_to_income", "loan_amount", "income"]
    pipeline = Pipeline([("columns", columns), ("regression", LogisticRegression(C=1.0, max_iter=2000))])
    pipeline.fit(frame[names + ["employment"]], frame["repaid"])
    model = to_onnx(pipeline, initial_types=one_per_column(names, ["employment"]), target_opset={"": 18, "ai.onnx.ml": 3})
    write("retail-binned", model, "Logistic regression on binned values, scikit-learn", "../applicants/schema.json", "1", {"probability": "0.55"})


class Logistic(torch.nn.Module):
    """Standardises inside the graph, then one linear layer."""

    def __init__(self, mean, std, outputs):
        super().__init__()
        self.register_buffer("mean", mean)
        self.register_buffer("std", std)
        self.linear = torch.nn.Linear(len(mean), outputs)

    def scores(self, x):
        return self.linear((x - self.mean) / self.std)


class SigmoidModel(Logistic):
    def forward(self, x):
        return torch.sigmoid(self.scores(x)).squeeze(-1)


class SoftmaxModel(Logistic):
    def forward(self, *columns):
        return torch.softmax(self.scores(torch.cat(columns, 1)), -1)


def fit(model, x, y):
    """Full-batch L-BFGS on the scores, so that the result does not depend on an order of rows."""
    optimizer = torch.optim.LBFGS(model.parameters(), lr=0.5, max_iter=200)
    two = model.linear.out_features == 2

    def closure():
        optimizer.zero_grad()
        scores = model.scores(x)
        if two:
            loss = torch.nn.functional.cross_entropy(scores, y.long())
        else:
            loss = torch.nn.functional.binary_cross_entropy_with_logits(scores.squeeze(-1), y)
        loss = loss + 1e-4 * model.linear.weight.square().sum()
        loss.backward()
        return loss

    optimizer.step(closure)
    return model.eval()


def train_torch(frame):
    """The same regression in PyTorch, through both of its exporters."""
    torch.manual_seed(0)
    names = NUMBERS + FLAGS
    x = torch.tensor(frame[names].to_numpy(dtype=np.float32))
    y = torch.tensor(frame["repaid"].to_numpy(dtype=np.float32))
    mean, std = x.mean(0), x.std(0)
    path = MODELS / "export.onnx"

    model = fit(SigmoidModel(mean, std, 1), x, y)
    torch.onnx.export(model, (x[:2],), path, input_names=["x"], output_names=["probability"], dynamo=True,
                      external_data=False, dynamic_shapes=({0: torch.export.Dim("batch")},))
    write("retail-torch", onnx.load(path), "Logistic regression, PyTorch (torch.export)", "../applicants/schema.json", "1",
          {"probability": "0.5"}, names)

    model = fit(SoftmaxModel(mean, std, 2), x, y)
    columns = tuple(x[:2, i:i + 1] for i in range(len(names)))
    torch.onnx.export(model, columns, path, input_names=names, output_names=["probabilities"], dynamo=False,
                      dynamic_axes={name: {0: "batch"} for name in names})
    write("retail-torch-softmax", onnx.load(path), "Two-class softmax, PyTorch (TorchScript exporter)", "../applicants/schema.json",
          "1", {"score": "0.125"})
    path.unlink()


def train_german(path):
    """German Credit: reads neither sex, age, marital status nor whether somebody is a foreign worker."""
    frame = pd.read_csv(path)
    frame.columns = [c.replace("numner-people-provide-maintenance-for", "dependants").replace("-", "_") for c in frame.columns]
    numbers = ["duration", "credit_amount", "installment_rate", "existing_credits", "residence_since", "dependants"]
    codes = ["checking_account", "credit_history", "purpose", "savings_account", "employment_since", "other_debtors",
             "other_installment", "housing"]
    for name in codes:
        frame[name] = frame[name].str.strip()
    frame[numbers] = frame[numbers].astype(np.float32)
    columns = ColumnTransformer([("numbers", StandardScaler(), numbers), ("codes", OneHotEncoder(handle_unknown="ignore"), codes)])
    pipeline = Pipeline([("columns", columns), ("regression", LogisticRegression(C=1.0, max_iter=5000))])
    pipeline.fit(frame[numbers + codes], frame["class_label"])
    model = to_onnx(pipeline, initial_types=one_per_column(numbers, [], codes), target_opset={"": 18, "ai.onnx.ml": 3})
    write("german-sklearn", model, "Logistic regression on UCI German Credit, scikit-learn", "../german/schema.json", "1",
          {"probability": "0.5"})


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--history", required=True, help="output of examples/applicants/write-history.ts")
    parser.add_argument("--german", help="german_credit.csv; without it that model is left as it is")
    arguments = parser.parse_args()
    frame = load_history(arguments.history)
    train_sklearn(frame)
    train_binned(frame)
    train_torch(frame)
    if arguments.german:
        train_german(arguments.german)


if __name__ == "__main__":
    main()
