"""The applicants on which the retail models are trained, as the graphs will see them."""

import json
from pathlib import Path

import numpy as np
import pandas as pd

EXAMPLES = Path(__file__).resolve().parent.parent
NUMBERS = [
    "income", "savings", "debt_to_income", "employment_years", "credit_history_months",
    "delinquencies_24m", "loan_amount", "term_months",
]
CODES = ["employment", "purpose", "housing"]
FLAGS = ["no_credit_file"]


def codes_of(schema_path):
    """Code by label for each code attribute of a schema."""
    slots = json.loads(schema_path.read_text())["slots"]
    return {s["name"]: {c["label"]: c["code"] for c in s["codes"]} for s in slots if s["kind"] == "code"}


def load_history(path):
    """The output of examples/applicants/write-history.ts: codes as integers, a missing value as 0 with its flag."""
    frame = pd.read_csv(path, dtype={name: str for name in CODES})
    frame["no_credit_file"] = frame["credit_history_months"].isna().astype(np.int64)
    frame["credit_history_months"] = frame["credit_history_months"].fillna(0)
    codes = codes_of(EXAMPLES / "applicants" / "schema.json")
    for name in CODES:
        frame[name] = frame[name].map(codes[name]).astype(np.int64)
    frame[NUMBERS] = frame[NUMBERS].astype(np.float32)
    return frame
