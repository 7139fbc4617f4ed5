"""What a bank hands in when it registers a model: the file, and what it states of it."""

import json
from pathlib import Path

import onnx

MODELS = Path(__file__).resolve().parent.parent / "models"


def write(name, model, description, schema, approve_label, cutoff, inputs=None):
    """Writes model and registration document to examples/models."""
    onnx.checker.check_model(model)
    (MODELS / f"{name}.onnx").write_bytes(model.SerializeToString())
    document = {
        "name": name,
        "version": "1",
        "description": description,
        "file": f"{name}.onnx",
        "schema": schema,
        "approveLabel": approve_label,
        "cutoff": cutoff,
    }
    if inputs is not None:
        document["inputs"] = inputs
    (MODELS / f"{name}.json").write_text(json.dumps(document, indent=2) + "\n")
