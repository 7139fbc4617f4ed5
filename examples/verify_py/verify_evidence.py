"""Checks a bundle of docs/spec/evidence.md with none of the project's code:  verify_evidence.py BUNDLE --trust FILE [--sample N]"""

import argparse
import json
import random
import sys

import groth16
from errors import Refused, require
from log import Checkpoint, canonical, check_leaves, from_base64, members, sha256
from rules import Envelope, Ledger, milliseconds

VERDICTS = ("unused", "PASS", "FAIL", "INDETERMINATE")
LEAF = ("v", "kind", "receivedAt", "registryHead", "payload")


def read_bundle(data: bytes):
    """Section 1: the header and the entries, each with its leaf read."""
    require(data.endswith(b"\n"), "the bundle does not end its last line")
    header, *lines = data[:-1].split(b"\n")
    header = canonical(header)
    members(header, ("format", "scope", "window", "from", "to", "checkpoint", "proof", "verificationKeys"))
    require(header["format"] == "assay-evidence-v1" and 0 <= header["from"] < header["to"], "the first line is of no known format")
    entries = [canonical(line) for line in lines]
    require(not any("removal" in entry for entry in entries), "envelopes of it were removed: this verifier checks bundles that lack none")
    for entry in entries:
        members(entry, ("index", "leaf"), ("envelope", "table"))
        entry["read"] = canonical(entry["leaf"].encode())
        members(entry["read"], LEAF, ("statement", "bank", "attachments", "reason"))
        require(entry["read"]["v"] == 1, "a leaf is of another version")
    return header, entries


def check_entries(header, entries):
    """Section 3, steps 5 and 6."""
    begin, bank = header["from"], header["scope"].split("/")[0]
    indices = [entry["index"] for entry in entries if entry["index"] >= begin]
    require(indices == list(range(begin, header["to"])), "the range is not whole")
    head, latest = "0" * 64, 0
    for entry in entries:
        leaf, where = entry["read"], f"entry {entry['index']}"
        conforms = leaf["kind"] == "accepted" and leaf["statement"] == "conformance"
        needed = leaf["kind"] == "registration" or conforms or (leaf["kind"] != "rejected" and leaf.get("bank") == bank)
        require(entry["index"] >= begin or leaf["kind"] == "registration" or conforms, f"{where} does not belong before the range")
        require(needed == ("envelope" in entry), f"{where}: its envelope is missing, or is one too many")
        table = leaf.get("attachments") if needed else None
        require((table is not None) == ("table" in entry), f"{where}: its table is missing, or is one too many")
        for text, digest in ((entry.get("envelope"), leaf["payload"]["sha256"]), (entry.get("table"), (table or [None])[0])):
            require(text is None or sha256(text.encode()).hex() == digest, f"{where}: a blob is not the one that was logged")
        at = milliseconds(leaf["receivedAt"])
        require(at >= latest, f"{where} was received before the one before it")
        require(leaf["registryHead"] == head, f"{where}: registryHead is not that of the registrations before it")
        entry["at"], latest = at, at
        if leaf["kind"] == "registration":
            head = sha256(bytes.fromhex(head) + bytes.fromhex(leaf["payload"]["sha256"])).hex()


def replay(header, entries, trust):
    """Section 3, steps 7 and 8. Gives the ledger, the proofs to verify, and whether the range begins with the scope."""
    scope, ledger, proofs, before = header["scope"], Ledger(trust, header["scope"]), [], False
    for entry in entries:
        if "envelope" not in entry:
            continue
        try:
            envelope, leaf = Envelope(entry["envelope"]), entry["read"]
            kind = "accepted" if envelope.type == "proof" else envelope.type
            require((kind, envelope.statement, envelope.bank) == (leaf["kind"], leaf.get("statement"), leaf.get("bank")), "its leaf says something else")
            require(leaf["payload"]["size"] == len(entry["envelope"].encode()), "its leaf gives another size")
            if envelope.type == "registration":
                before |= entry["index"] < header["from"] and envelope.predicate["kind"] == "scope" and envelope.predicate["body"]["scope"] == scope
            elif envelope.statement != "conformance" and not concerns(header, entry, envelope, ledger, before):
                continue
            require(("table" in entry) == (envelope.statement == "fairness"), "its table is missing, or is one too many")
            ledger.apply(envelope, entry["at"])
        except Refused as error:
            raise Refused(f"entry {entry['index']}: {error}") from error
        if envelope.type == "proof":
            proofs.append((entry["index"], envelope))
    return ledger, proofs, not before


def concerns(header, entry, envelope, ledger, before) -> bool:
    """What step 7 leaves out."""
    if envelope.scope != header["scope"]:
        return False
    if envelope.type == "withdrawal":
        return int(envelope.predicate["applicantCommitment"]) in ledger.by_applicant
    if envelope.statement == "eligibility":
        return not (before and entry["index"] == header["from"])
    if envelope.statement == "fairness":
        return not before or envelope.context["window"] >= header["window"]
    return envelope.signals[0] in ledger.by_applicant


def check_window(header, entries, ledger, whole, size):
    match = [(slots, found) for slots, found, _ in ledger.windows(entries[-1]["at"]) if slots[-1]["slot"] == header["window"]]
    require(bool(match), "the entries show no such window")
    slots, found = match[0]
    proved = any(window == header["window"] and closings == "all" for window, closings, _ in ledger.fairness)
    require(proved or header["to"] == size, "the range ends before the log does, and without a verdict")
    if not whole and found:
        first = next(slot for slot in slots if found[0]["at"] < slot["to"])
        start = next(entry for entry in entries if entry["index"] == header["from"])
        require(start["at"] < first["from"], "the range begins within a slot")
    return found, proved


def check_proofs(proofs, keys, trust, sample):
    """Step 4, and the proofs themselves: all, or as many as are asked for, drawn by the system's generator."""
    pinned = {circuit: groth16.Key(document) for circuit, document in trust["verificationKeys"].items()}
    for circuit, document in keys.items():
        require(circuit in pinned and groth16.Key(document).hash == pinned[circuit].hash, f"the key of {circuit} is not the pinned one")
    for index, envelope in proofs:
        circuit = envelope.predicate["circuit"]
        known = circuit in pinned and envelope.predicate["verificationKey"] == pinned[circuit].hash
        require(known, f"entry {index}: its verification key is not pinned")
    drawn = proofs if sample is None else random.SystemRandom().sample(proofs, min(sample, len(proofs)))
    for index, envelope in drawn:
        try:
            groth16.verify(pinned[envelope.predicate["circuit"]], envelope.signals, envelope.proof)
        except Refused as error:
            raise Refused(f"entry {index}: {error}") from error
    return len(drawn)


def main() -> int:
    parser = argparse.ArgumentParser(description="checks a bundle of evidence")
    parser.add_argument("bundle")
    parser.add_argument("--trust", required=True)
    parser.add_argument("--sample", type=int, help="verify that many proofs, drawn at random, not all")
    options = parser.parse_args()
    with open(options.trust, encoding="utf-8") as file:
        trust = json.load(file)
    with open(options.bundle, "rb") as file:
        data = file.read()
    try:
        header, entries = read_bundle(data)
        checkpoint = Checkpoint(header["checkpoint"], trust)
        leaves = [(entry["index"], entry["leaf"].encode()) for entry in entries]
        check_leaves(checkpoint.size, checkpoint.root, leaves, [from_base64(text) for text in header["proof"]])
        check_entries(header, entries)
        ledger, proofs, whole = replay(header, entries, trust)
        found, proved = check_window(header, entries, ledger, whole, checkpoint.size)
        drawn = check_proofs(proofs, header["verificationKeys"], trust, options.sample)
    except Refused as error:
        print(f"refused: {error}", file=sys.stderr)
        return 1
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        print(f"refused: a member is missing or of another type ({error!r})", file=sys.stderr)
        return 1
    total, tally = ledger.sums(found, False)
    print(f"log       {trust['log']['origin']}, {checkpoint.size} entries, {header['from']} to {header['to'] - 1} are here")
    print(f"cosigned  {', '.join(checkpoint.cosigners) or 'by no log witness that the trust file names'}")
    print(f"window    {header['scope']} {header['window']}: {'PROVED' if proved else 'not proved'}, {len(found)} intakes, {sum(i['closing'] is None for i in found)} open")
    print(f"tally     total {total}, {tally[0]}, {tally[1]}")
    for window, closings, verdicts in ledger.fairness:
        if window == header["window"]:
            print(f"fairness  {closings} closings: {', '.join(VERDICTS[v] for v in verdicts)}")
    print(f"proofs    {drawn} of {len(proofs)} verified{'' if drawn == len(proofs) else ': a sample'}")
    print(f"scope     {'from its beginning' if whole else 'from the window on: older entries may repeat an applicant'}")
    if trust["keyClass"] == "development":
        print("INSECURE  development keys: anybody can prove anything under them")
    return 0


if __name__ == "__main__":
    sys.exit(main())
