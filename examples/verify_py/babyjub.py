"""Sums on Baby Jubjub (EIP-2494), for the tallies of docs/spec/statements.md, section 7. Points are affine pairs, sums projective."""

R = 21888242871839275222246405745257275088548364400416034343698204186575808495617
A, D = 168700, 168696
SUBGROUP = 2736030358979909402780800718157159386076813972158567259200215660948447373041
IDENTITY = (0, 1)


def on_curve(point) -> bool:
    x, y = point
    return (A * x * x + y * y - 1 - D * x * x * y * y) % R == 0


def _add(a, b):
    """add-2008-bbjlp: complete, since A is a square and D is none."""
    x1, y1, z1 = a
    x2, y2, z2 = b
    z = z1 * z2 % R
    zz, c, d = z * z % R, x1 * x2 % R, y1 * y2 % R
    e = D * c * d % R
    f, g = zz - e, zz + e
    x = z * f * ((x1 + y1) * (x2 + y2) - c - d) % R
    return x, z * g * (d - A * c) % R, f * g % R


def _affine(point):
    x, y, z = point
    inverse = pow(z, -1, R)
    return x * inverse % R, y * inverse % R


def total(points):
    result = (0, 1, 1)
    for x, y in points:
        result = _add(result, (x, y, 1))
    return _affine(result)


def in_subgroup(point) -> bool:
    """On the curve, and of an order that divides that of the subgroup."""
    if not on_curve(point):
        return False
    result, power, scalar = (0, 1, 1), (*point, 1), SUBGROUP
    while scalar:
        if scalar & 1:
            result = _add(result, power)
        power = _add(power, power)
        scalar >>= 1
    return _affine(result) == IDENTITY
