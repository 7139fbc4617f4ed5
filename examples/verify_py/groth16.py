"""Proofs and verification keys of docs/spec/groth16.md. Pairings are py_ecc's."""

import hashlib

from py_ecc.optimized_bn128 import (
    FQ,
    FQ2,
    FQ12,
    add,
    b,
    b2,
    curve_order,
    field_modulus,
    final_exponentiate,
    is_inf,
    is_on_curve,
    multiply,
    neg,
    normalize,
    pairing,
)

from errors import Refused, require

Q, R = field_modulus, curve_order
HALF = (Q - 1) // 2


def _sqrt(value: int):
    root = pow(value, (Q + 1) // 4, Q)
    return root if root * root % Q == value % Q else None


def _sqrt_fq2(c0: int, c1: int):
    """A root of c0 + c1*u with u^2 = -1, or None."""
    norm = _sqrt(c0 * c0 + c1 * c1)
    if norm is None:
        return None
    for sign in (norm, -norm):
        x = _sqrt((c0 + sign) * pow(2, -1, Q) % Q)
        if x:
            y = c1 * pow(2 * x, -1, Q) % Q
            if (x * x - y * y - c0) % Q == 0:
                return x, y
        elif x == 0 and c1 == 0:
            y = _sqrt(-c0 % Q)
            if y is not None:
                return 0, y
    return None


def _read(data: bytes, width: int):
    """The sign and the coordinates of one compressed point (section 1)."""
    sign = data[0] >> 6
    require(sign in (2, 3), "a proof has a point that is not compressed")
    words = [bytes([data[0] & 0x3F]) + data[1:32], *(data[32 * i : 32 * i + 32] for i in range(1, width))]
    values = [int.from_bytes(word, "big") for word in words]
    require(all(value < Q for value in values), "a proof has a coordinate above its limit")
    return sign == 3, values


def _g1(data: bytes):
    larger, [x] = _read(data, 1)
    y = _sqrt((pow(x, 3, Q) + 3) % Q)
    require(y is not None, "a proof has a point off its curve")
    if (y > HALF) != larger:
        y = Q - y
    return FQ(x), FQ(y), FQ(1)


def _g2(data: bytes):
    larger, [c1, c0] = _read(data, 2)
    x = FQ2([c0, c1])
    square = x * x * x + b2
    root = _sqrt_fq2(int(square.coeffs[0]), int(square.coeffs[1]))
    require(root is not None, "a proof has a point off its curve")
    y0, y1 = root
    if ((y1 if y1 else y0) > HALF) != larger:
        y0, y1 = -y0 % Q, -y1 % Q
    point = (x, FQ2([y0, y1]), FQ2.one())
    require(is_inf(multiply(point, R)), "a proof has a point outside its group")
    return point


class Key:
    """A verification key in snarkjs' JSON, with its hash."""

    def __init__(self, document: dict):
        try:
            self.alpha = self._point1(document["vk_alpha_1"])
            self.beta, self.gamma, self.delta = (self._point2(document[f"vk_{name}_2"]) for name in ("beta", "gamma", "delta"))
            self.ic = [self._point1(point) for point in document["IC"]]
        except (KeyError, TypeError, ValueError) as error:
            raise Refused("a verification key is not of its form") from error
        words = [self._bytes(self.alpha), *map(self._bytes, (self.beta, self.gamma, self.delta)), *map(self._bytes, self.ic)]
        head = b"assay/groth16-bn254-verification-key/v1\n" + (len(self.ic) - 1).to_bytes(4, "big")
        self.hash = hashlib.sha256(head + b"".join(words)).hexdigest()

    @staticmethod
    def _point1(point):
        x, y, z = map(int, point)
        value = (FQ(x), FQ(y), FQ(1))
        require(z == 1 and max(x, y) < Q and is_on_curve(value, b), "a verification key has a point off its curve")
        return value

    @staticmethod
    def _point2(point):
        x, y, z = ([int(c) for c in pair] for pair in point)
        value = (FQ2(x), FQ2(y), FQ2.one())
        require(z == [1, 0] and max(x + y) < Q and is_on_curve(value, b2), "a verification key has a point off its curve")
        require(is_inf(multiply(value, R)), "a verification key has a point outside its group")
        return value

    @staticmethod
    def _bytes(point) -> bytes:
        x, y = normalize(point)
        coordinates = [c for v in (x, y) for c in ([v.n] if isinstance(v, FQ) else [int(v.coeffs[1]), int(v.coeffs[0])])]
        return b"".join(int(c).to_bytes(32, "big") for c in coordinates)


def verify(key: Key, signals, proof: bytes) -> None:
    """Section 3, in its order; returns where the proof holds."""
    require(len(signals) == len(key.ic) - 1, "a statement has another number of public signals than its circuit")
    require(all(0 <= signal < R for signal in signals), "a public signal is out of range")
    require(len(proof) == 128, "a proof does not have 128 bytes")
    a, c, bb = _g1(proof[:32]), _g1(proof[96:]), _g2(proof[32:96])
    inputs = key.ic[0]
    for signal, base in zip(signals, key.ic[1:]):
        inputs = add(inputs, multiply(base, signal))
    product = FQ12.one()
    for q, p in ((bb, neg(a)), (key.beta, key.alpha), (key.gamma, inputs), (key.delta, c)):
        product = product * pairing(q, p, final_exponentiate=False)
    require(final_exponentiate(product) == FQ12.one(), "a proof does not hold")
