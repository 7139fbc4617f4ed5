"""Trains the example networks and writes them, with their registration documents, to examples/models.

    node examples/applicants/write-history.ts > history.csv
    venv/bin/python examples/training/train_networks.py --history history.csv [--german german_credit.csv]

Codes enter as numbers: a network reads attributes as they are, up to the scaler in its graph. No model sees a protected attribute. The
committed files came from the versions in requirements.txt.
"""

import argparse

import numpy as np
import onnx
import pandas as pd
import torch

from history import CODES, EXAMPLES, FLAGS, NUMBERS, codes_of, load_history
from registration import MODELS, write

NAMES = NUMBERS + CODES + FLAGS


class Network(torch.nn.Module):
    """Standardises inside the graph, then two hidden layers of 32 and 16 ReLU neurons and a sigmoid."""

    def __init__(self, mean, std, normalised):
        super().__init__()
        self.register_buffer("mean", mean)
        self.register_buffer("std", std)
        between = (lambda n: [torch.nn.BatchNorm1d(n)]) if normalised else (lambda n: [])
        self.layers = torch.nn.Sequential(
            torch.nn.Linear(len(mean), 32), *between(32), torch.nn.ReLU(),
            torch.nn.Linear(32, 16), *between(16), torch.nn.ReLU(),
            torch.nn.Linear(16, 1),
        )

    def scores(self, x):
        return self.layers((x - self.mean) / self.std)

    def forward(self, x):
        return torch.sigmoid(self.scores(x))


def fit(x, y, decay, normalised=False):
    """Full-batch AdamW from a fixed seed, so that the result does not depend on an order of rows."""
    torch.manual_seed(0)
    torch.set_num_threads(1)
    model = Network(x.mean(0), x.std(0), normalised)
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.01, weight_decay=decay)
    for _ in range(300):
        optimizer.zero_grad()
        loss = torch.nn.functional.binary_cross_entropy_with_logits(model.scores(x).squeeze(-1), y)
        loss.backward()
        optimizer.step()
    return model.eval()


def export(model, x, dynamo):
    """Writes with torch.export, or with the older exporter that traces TorchScript."""
    path = MODELS / "export.onnx"
    common = dict(input_names=["x"], output_names=["probability"], dynamo=dynamo)
    if dynamo:
        torch.onnx.export(model, (x[:2],), path, external_data=False,
                          dynamic_shapes=({0: torch.export.Dim("batch")},), **common)
    else:
        torch.onnx.export(model, (x[:2],), path, dynamic_axes={"x": {0: "batch"}}, **common)
    exported = onnx.load(path)
    path.unlink()
    for node in exported.graph.node:  # where in which file each node came from
        del node.metadata_props[:]
    return exported


def tensors(frame, names, target):
    return (torch.tensor(frame[names].to_numpy(dtype=np.float32)),
            torch.tensor(frame[target].to_numpy(dtype=np.float32)))


def train_retail(frame):
    x, y = tensors(frame, NAMES, "repaid")
    schema = "../applicants/schema.json"
    write("retail-network", export(fit(x, y, 0.05), x, True),
          "Neural network 32-16-1, PyTorch (torch.export)", schema, "1", {"probability": "0.5"}, NAMES)
    write("retail-network-normalised", export(fit(x, y, 0.05, True), x, False),
          "Neural network 32-16-1 with batch normalisation, PyTorch (TorchScript exporter)", schema, "1",
          {"probability": "0.5"}, NAMES)


def train_german(path):
    """German Credit: reads neither sex, age, marital status nor whether somebody is a foreign worker."""
    frame = pd.read_csv(path)
    frame.columns = [c.replace("numner-people-provide-maintenance-for", "dependants").replace("-", "_") for c in frame.columns]
    numbers = ["duration", "credit_amount", "installment_rate", "existing_credits", "residence_since", "dependants"]
    codes = ["checking_account", "credit_history", "purpose", "savings_account", "employment_since", "other_debtors",
             "other_installment", "housing"]
    numbered = codes_of(EXAMPLES / "german" / "schema.json")
    for name in codes:
        frame[name] = frame[name].str.strip().map(numbered[name])
    x, y = tensors(frame, numbers + codes, "class_label")
    write("german-network", export(fit(x, y, 0.5), x, False),
          "Neural network 32-16-1 on UCI German Credit, PyTorch (TorchScript exporter)", "../german/schema.json", "1",
          {"probability": "0.5"}, numbers + codes)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--history", required=True, help="output of examples/applicants/write-history.ts")
    parser.add_argument("--german", help="german_credit.csv; without it that model is left as it is")
    arguments = parser.parse_args()
    train_retail(load_history(arguments.history))
    if arguments.german:
        train_german(arguments.german)


if __name__ == "__main__":
    main()
