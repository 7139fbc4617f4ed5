"""The rules of docs/spec/archive.md, sections 3 to 5, replayed over the entries of a bundle. What is not checked here is listed in README.md."""

import calendar
import hashlib
import re
import time

import babyjub
import ed25519
from errors import require
from log import canonical, from_base64, members, sha256

SIGNALS = {"eligibility": 12, "conformance": 4, "decision": 9, "manual-decision": 8, "fairness": 10}
CIRCUITS = {
    "eligibility": r"eligibility",
    "conformance": r"conformance-[a-z0-9-]+",
    "decision": r"decision-[a-z0-9-]+",
    "manual-decision": r"manual-decision",
    "fairness": r"fairness",
}
CONTEXTS = {"conformance": ("bank", "model", "version"), "fairness": ("bank", "scope", "window", "closings")}
TYPES = {"urn:assay:proof:v1": "proof", "urn:assay:withdrawal:v1": "withdrawal", "urn:assay:registration:v1": "registration"}
REPLACEABLE = ("issuer-root", "revocation-root", "screening-root", "scope", "model")
PAYLOAD_TYPE = "application/vnd.in-toto+json"


def string_id(data: bytes) -> int:
    """statements.md, section 1."""
    return int.from_bytes(sha256(data)[:31], "big")


def milliseconds(text: str) -> int:
    match = re.fullmatch(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\.(\d{3})Z", text)
    require(match is not None, "a time is not RFC 3339 in UTC with milliseconds")
    return calendar.timegm(time.strptime(match[1], "%Y-%m-%dT%H:%M:%S")) * 1000 + int(match[2])


class Envelope:
    """Section 1: an envelope, read strictly."""

    def __init__(self, text: str):
        data = text.encode()
        self.digest = sha256(data).hex()
        outer = canonical(data)
        members(outer, ("mediaType", "dsse", "proof"))
        require(outer["mediaType"] == "application/vnd.assay.envelope.v1+json", "an envelope is of another media type")
        dsse = outer["dsse"]
        members(dsse, ("payload", "payloadType", "signatures"))
        require(dsse["payloadType"] == PAYLOAD_TYPE and len(dsse["signatures"]) == 1, "an envelope has not one signature")
        members(dsse["signatures"][0], ("keyid", "sig"))
        payload, self.proof = from_base64(dsse["payload"]), from_base64(outer["proof"])
        self.message = b"DSSEv1 %d %s %d %s" % (len(PAYLOAD_TYPE), PAYLOAD_TYPE.encode(), len(payload), payload)
        self.key_id, self.signature = dsse["signatures"][0]["keyid"], from_base64(dsse["signatures"][0]["sig"])
        statement = canonical(payload)
        members(statement, ("_type", "subject", "predicateType", "predicate"))
        subject = [{"digest": {"sha256": sha256(self.proof).hex()}, "name": "proof"}]
        require(statement["_type"] == "https://in-toto.io/Statement/v1", "a statement is of another type")
        require(statement["subject"] == subject, "a statement's subject is not the proof beside it")
        require(statement["predicateType"] in TYPES, "a predicate is of no known type")
        self.type, self.predicate = TYPES[statement["predicateType"]], statement["predicate"]
        getattr(self, f"_read_{self.type}")(self.predicate)
        require(self.type == "proof" or self.proof == b"", "an envelope has a proof that it does not need")

    def _read_proof(self, p):
        members(p, ("statement", "version", "circuit", "verificationKey", "publicSignals", "context"))
        require(p["statement"] in SIGNALS and p["version"] == 1, "a statement is of no known kind")
        members(p["context"], CONTEXTS.get(p["statement"], ("bank", "scope")))
        self.statement, self.context = p["statement"], p["context"]
        self.bank, self.scope = p["context"]["bank"], p["context"].get("scope")
        require(all(re.fullmatch("0|[1-9][0-9]{0,77}", s) for s in p["publicSignals"]), "a public signal is no decimal")
        self.signals = [int(s) for s in p["publicSignals"]]
        require(len(self.signals) == SIGNALS[self.statement], "a statement has another number of public signals")
        require(max(self.signals) < babyjub.R, "a public signal is out of range")
        require(re.fullmatch(CIRCUITS[self.statement], p["circuit"]) is not None, "a circuit is none of its statement's")

    def _read_withdrawal(self, p):
        members(p, ("bank", "scope", "applicantCommitment", "reason"))
        self.statement, self.bank, self.scope = None, p["bank"], p["scope"]

    def _read_registration(self, p):
        members(p, ("kind", "body"), ("after",))
        self.statement, self.scope, self.bank = None, None, p["body"].get("bank")

    def signed_by(self, keys) -> bool:
        return any(
            hashlib.sha256(key).hexdigest() == self.key_id and ed25519.verify(key, self.message, self.signature) for key in keys
        )


class Registry:
    """Section 3: what is registered, and in force. Documents are taken at the hash that their registration claims, but the schema's."""

    def __init__(self, trust: dict):
        self.trust, self.keys, self.known, self.in_force, self.roots = trust, {}, {}, {}, {}
        self.scopes, self.models, self.slots, self.conformances = {}, {}, {}, {}

    def authorities(self, kind, body):
        book = self.trust["validators"].get(body.get("bank"), []) if kind == "model" else self.trust["authorities"].get(kind, [])
        return [from_base64(key) for key in book]

    def name_of(self, kind, body):
        if kind in ("revocation-root", "screening-root"):
            return kind
        if kind == "schema":
            return kind, string_id(_canonical_bytes(body["document"]))
        named = {
            "bank-key": ("bank", "publicKey"),
            "policy": ("policyHash",),
            "partitions": ("partitionsHash",),
            "fairness-policy": ("fairnessPolicyHash",),
            "issuer-root": ("schemaId",),
            "scope": ("scope",),
            "model": ("scope",),
            "slot": ("scope", "slot"),
        }
        require(kind in named, "a registration is of no known kind")
        return (kind, *(body[member] for member in named[kind]))

    def register(self, envelope, at, intakes):
        kind, body = envelope.predicate["kind"], envelope.predicate["body"]
        require(envelope.signed_by(self.authorities(kind, body)), "a registration is not signed by its authority")
        name = self.name_of(kind, body)
        require(name not in self.in_force or kind in REPLACEABLE, "a registration is repeated")
        require(self.in_force.get(name) == envelope.predicate.get("after"), "a registration is not after the one in force")
        self.in_force[name] = envelope.digest
        if kind == "bank-key":
            self.keys.setdefault(body["bank"], []).append(from_base64(body["publicKey"]))
        elif kind in ("schema", "policy", "partitions", "fairness-policy"):
            self.known[(kind, int(name[1]))] = body["document"]
        elif kind.endswith("-root"):
            record = self.roots.setdefault(name, [])
            if record:
                record[-1][1] = at
            record.append([int(body["root"]), None])
        elif kind == "scope":
            for document, member in (("schema", "schemaId"), ("policy", "policyHash"), ("partitions", "partitionsHash"), ("fairness-policy", "fairnessPolicyHash")):
                require((document, int(body[member])) in self.known, "a scope names a document that is not registered")
            self.scopes[body["scope"]] = body
        elif kind == "model":
            bank, signals = self.conformances.get(body["conformance"], (None, None))
            require(bank == body["bank"] and signals[0] == int(body["modelCommitment"]), "a model's conformance is not another's")
            require(self.keeps_rules(body, self.scopes.get(body["scope"])), "a model does not keep its scope's rules")
            self.models[body["scope"]] = body
        elif kind == "slot":
            slots = self.slots.setdefault(body["scope"], [])
            first = next((i["at"] for i in intakes if i["scope"] == body["scope"]), None)
            if slots:
                follows = body["slot"] == len(slots) + 1 and body["from"] == slots[-1]["to"]
            else:
                follows = body["slot"] == 1 and (first is None or first >= body["from"])
            require(body["scope"] in self.scopes and follows and body["to"] > body["from"], "a slot does not follow the last one")
            slots.append(body)

    def keeps_rules(self, model, rules) -> bool:
        if rules is None:
            return False
        _, (_, schema, prohibited, _) = self.conformances[model["conformance"]]
        return schema == int(rules["schemaId"]) and rules["prohibitedMask"] & ~prohibited == 0

    def root_in_force(self, name, root, at, grace) -> bool:
        known = [record for record in self.roots.get(name, []) if record[0] == root]
        return bool(known) and (known[-1][1] is None or at - known[-1][1] <= grace * 1000)

    def pin(self, scope):
        rules, model = self.scopes.get(scope), self.models.get(scope)
        require(model is not None and self.keeps_rules(model, rules), "an intake was admitted without rules and a model that keeps them")
        return rules, int(model["modelCommitment"])


def _canonical_bytes(document) -> bytes:
    import json

    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


class Ledger:
    """Sections 4 and 5: intakes, closings, windows."""

    def __init__(self, trust: dict, scope: str):
        self.registry, self.scope = Registry(trust), scope
        self.intakes, self.by_applicant, self.seen, self.fairness = [], {}, set(), []

    def once(self, *what):
        require(what not in self.seen, f"{what[0]} was used before")
        self.seen.add(what)

    def apply(self, envelope, at):
        if envelope.type == "registration":
            return self.registry.register(envelope, at, self.intakes)
        require(envelope.signed_by(self.registry.keys.get(envelope.bank, [])), "an envelope is not signed by a key of its bank")
        if envelope.scope is not None:
            require(envelope.scope.split("/")[0] == envelope.bank, "a scope is not its bank's")
        if envelope.type == "withdrawal":
            return self.close(int(envelope.predicate["applicantCommitment"]), "withdrawal", babyjub.IDENTITY)
        self.once("a statement", envelope.statement, *envelope.signals)
        return getattr(self, "_" + envelope.statement.replace("-", "_"))(envelope, envelope.signals, at)

    def _conformance(self, envelope, signals, at):
        require(("schema", signals[1]) in self.registry.known, "a conformance statement is over a schema that is not registered")
        self.registry.conformances[envelope.digest] = (envelope.bank, signals)

    def _eligibility(self, envelope, s, at):
        rules, model = self.registry.pin(envelope.scope)
        require(s[4] == string_id(envelope.scope.encode()) and s[5] == string_id(envelope.bank.encode()), "an intake is for another scope or bank")
        require(s[7] == int(rules["policyHash"]), "an intake is under another policy")
        grace, schema = rules["rootGraceSeconds"], rules["schemaId"]
        names = (("issuer-root", schema), "revocation-root", "screening-root")
        require(all(self.registry.root_in_force(n, r, at, grace) for n, r in zip(names, s[8:11])), "an intake is over a root that is not in force")
        require(at // 86_400_000 - s[11] in (0, 1), "an intake is of another day")
        require(0 not in (s[0], s[2], s[3]), "an intake has an identifier of zero")
        for what, value in (("an applicant", s[0]), ("a nullifier", s[2]), ("a credential", s[3])):
            self.once(what, value)
        intake = {"scope": envelope.scope, "at": at, "rules": rules, "model": model, "eligibility": s[1], "referred": False, "closing": None}
        self.intakes.append(intake)
        self.by_applicant[s[0]] = intake

    def open_intake(self, envelope, applicant):
        intake = self.by_applicant.get(applicant)
        require(intake is not None and intake["closing"] is None, "a closing has no open intake")
        require(envelope is None or intake["scope"] == envelope.scope, "a closing is of another scope than its intake")
        return intake

    def _decision(self, envelope, s, at):
        intake = self.open_intake(envelope, s[0])
        require(s[1] == intake["model"], "a decision is another model's")
        self._partitioned(intake, s[2], s[3])
        require(not intake["referred"] and s[4] in (0, 1), "a decision is about an intake that was referred")
        require(babyjub.in_subgroup(s[5:7]), "a tally is no point of the group")
        if s[4]:
            intake["referred"] = True
        else:
            self.close(s[0], "decision", s[5:7])

    def _manual_decision(self, envelope, s, at):
        intake = self.open_intake(envelope, s[0])
        self._partitioned(intake, s[1], s[2])
        require(intake["referred"], "a manual decision is about an intake that was not referred")
        require(babyjub.in_subgroup(s[4:6]), "a tally is no point of the group")
        self.close(s[0], "manual-decision", s[4:6])

    @staticmethod
    def _partitioned(intake, partitions, eligibility):
        require(partitions == int(intake["rules"]["partitionsHash"]), "a closing is under other partitions")
        require(eligibility == intake["eligibility"], "a closing is about another eligibility")

    def close(self, applicant, kind, tally):
        self.open_intake(None, applicant)["closing"] = (kind, tuple(tally))

    def windows(self, now):
        """Section 4, for the scope of the bundle: (slots, intakes, ended), in order."""
        result, slots, found = [], [], []
        registered = self.registry.slots.get(self.scope, [])
        for slot in registered:
            slots.append(slot)
            found += [i for i in self.intakes if i["scope"] == self.scope and slot["from"] <= i["at"] < slot["to"]]
            policy = found and self.registry.known[("fairness-policy", int(found[0]["rules"]["fairnessPolicyHash"]))]
            ended = now >= slot["to"] and bool(found) and len(found) >= policy["tMin"]
            if ended or now < slot["to"] or slot is registered[-1]:
                result.append((slots, found, ended))
                slots, found = [], []
        return result

    def sums(self, intakes, manual_only):
        kinds = ("manual-decision",) if manual_only else ("decision", "manual-decision")
        tallies = [i["closing"][1] for i in intakes if i["closing"] and i["closing"][0] in kinds]
        return len(tallies), babyjub.total(tallies)

    def _fairness(self, envelope, s, at):
        window, manual = envelope.context["window"], envelope.context["closings"] == "manual"
        require(envelope.context["closings"] in ("all", "manual"), "a fairness statement is over no known closings")
        match = [(found, ended) for slots, found, ended in self.windows(at) if slots[-1]["slot"] == window]
        require(bool(match) and match[0][1], "a fairness statement is about a window that is not over")
        found, rules = match[0][0], match[0][0][0]["rules"]
        require(s[3] == int(rules["partitionsHash"]) and s[4] == int(rules["fairnessPolicyHash"]), "a fairness statement is under other rules")
        self.once("a fairness statement's window", window, manual)
        require(all(i["closing"] for i in found), "a fairness statement is about a window with an open intake")
        withdrawn = sum(i["closing"][0] == "withdrawal" for i in found)
        require(withdrawn * 1000 <= len(found) * rules["withdrawalCeilingPermille"], "a window has too many withdrawals")
        total, tally = self.sums(found, manual)
        require(s[2] == total, "a fairness statement is over another number of closings")
        require(tuple(s[:2]) == tally, "a fairness statement does not open the sum of the closings")
        self.fairness.append((window, "manual" if manual else "all", s[5:9]))
