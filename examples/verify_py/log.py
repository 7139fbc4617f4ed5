"""Canonical JSON, signed notes, cosignatures and the tree of docs/spec/evidence.md and log-witness.md."""

import base64
import binascii
import hashlib
import json
import re

import ed25519
from errors import Refused, require


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def from_base64(text) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, TypeError, ValueError) as error:
        raise Refused("what should be Base64 is none") from error
    require(base64.b64encode(data).decode() == text, "Base64 is not canonical")
    return data


def canonical(data: bytes) -> dict:
    """One JSON object in RFC 8785 form. Numbers are integers here; names sort alike by code point and by UTF-16 as long as they are ASCII."""
    try:
        value = json.loads(data.decode("utf-8"), parse_float=_no_float, parse_constant=_no_float)
        text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        same = text.encode("utf-8") == data
    except (ValueError, RecursionError) as error:
        raise Refused("a document is not JSON of integers") from error
    require(isinstance(value, dict) and same, "a document is not in canonical form")
    return value


def _no_float(text):
    raise ValueError(text)


def members(value, required, optional=()) -> None:
    require(isinstance(value, dict), "an object is missing")
    require(set(required) <= set(value) <= {*required, *optional}, f"an object has not the members {', '.join(required)}")


class NoteKey:
    """A verifier key: type 1 signs notes, type 4 cosigns checkpoints."""

    def __init__(self, vkey: str, kind: int):
        match = re.fullmatch(r"([^+\s]+)\+([0-9a-f]{8})\+(.+)", vkey)
        require(match is not None, "a verifier key is not of its form")
        self.name, key = match[1], from_base64(match[3])
        require(len(key) == 33 and key[0] == kind, "a verifier key is of another type")
        self.public, self.kind = key[1:], kind
        self.id = sha256(self.name.encode() + b"\n" + key)[:4]
        require(self.id.hex() == match[2], "the id of a verifier key is not its key's")

    def verifies(self, text: bytes, signature: bytes) -> bool:
        if self.kind == 1:
            return ed25519.verify(self.public, text, signature)
        time = int.from_bytes(signature[:8], "big")
        return len(signature) == 72 and ed25519.verify(self.public, b"cosignature/v1\ntime %d\n" % time + text, signature[8:])


class Checkpoint:
    """A signed note of the log: origin, size, root, and the log witnesses that cosigned it, by the trust file's names."""

    def __init__(self, note: str, trust: dict):
        log = NoteKey(trust["log"]["verifierKey"], 1)
        witnesses = {w["name"]: NoteKey(w["verifierKey"], 4) for w in trust.get("witnesses", [])}
        head, separator, tail = note.rpartition("\n\n")
        require(separator != "" and tail.endswith("\n"), "the checkpoint is no signed note")
        text = (head + "\n").encode()
        signed = set()
        for line in tail[:-1].split("\n"):
            match = re.fullmatch("\u2014 ([^ ]+) ([^ ]+)", line)
            require(match is not None, "a signature line of the checkpoint is none")
            data = from_base64(match[2])
            for label, key in {"": log, **witnesses}.items():
                if (key.name, key.id) == (match[1], data[:4]):
                    require(key.verifies(text, data[4:]), f"the signature of {key.name} does not verify")
                    signed.add(label)
        require("" in signed, "the log's key did not sign the checkpoint")
        origin, size, root, *_ = head.split("\n") + ["", ""]
        require(origin == trust["log"]["origin"] == log.name, "the checkpoint is another log's")
        require(re.fullmatch("0|[1-9][0-9]{0,15}", size) is not None, "the checkpoint has no size")
        self.size, self.root = int(size), from_base64(root)
        self.cosigners = sorted(signed - {""})
        needed = trust.get("requiredWitnesses", 0)
        require(len(self.cosigners) >= needed, f"{len(self.cosigners)} log witnesses cosigned, {needed} are required")


def check_leaves(size: int, root: bytes, leaves: list, proof: list) -> None:
    """Section 2 of evidence.md: leaves are (index, bytes), ascending."""
    hashes, known = iter(proof), iter(leaves)

    def tree(start: int, end: int, low: int, high: int) -> bytes:
        if low == high:
            return next(hashes)
        if end - start == 1:
            return sha256(b"\x00" + next(known)[1])
        middle = start + (1 << (end - start - 1).bit_length() - 1)
        split = low
        lo, hi = low, high
        while lo < hi:
            split = (lo + hi) // 2
            lo, hi = (lo, split) if leaves[split][0] >= middle else (split + 1, hi)
        return sha256(b"\x01" + tree(start, middle, low, lo) + tree(middle, end, lo, high))

    indices = [index for index, _ in leaves]
    ascending = all(a < b for a, b in zip(indices, indices[1:]))
    require(bool(leaves) and ascending and 0 <= indices[0] and indices[-1] < size, "the entries are not in order, or not of the tree")
    require(all(len(one) == 32 for one in proof), "a hash of the proof does not have 32 bytes")
    try:
        found = tree(0, size, 0, len(leaves))
    except StopIteration as error:
        raise Refused("the proof has too few hashes") from error
    require(next(hashes, None) is None and found == root, "the entries are not those of the signed tree")
