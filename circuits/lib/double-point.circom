pragma circom 2.2.2;

// CONSTRAINS          (xout, yout) = 2 (x, y).
// TAKES FOR GRANTED   (x, y) lies on Baby Jubjub: the CALLER sees to it.
// HINTS               xout, yout: each is bound by one product. No divisor is zero: on the curve a x^2 + y^2 = 1 + d x^2 y^2, and
//                     d x^2 y^2 is neither 1 nor -1, for d is no square and -1 is one.
// VERIFIER OBLIGATIONS none.
// COST                5, one less than an addition of the point to itself
template DoublePoint() {
    signal input x;
    signal input y;
    signal output xout;
    signal output yout;

    signal product <== x * y;
    signal xSquare <== 168700 * x * x;
    signal ySquare <== y * y;
    xout <-- 2 * product / (xSquare + ySquare);
    (xSquare + ySquare) * xout === 2 * product;
    yout <-- (ySquare - xSquare) / (2 - xSquare - ySquare);
    (2 - xSquare - ySquare) * yout === ySquare - xSquare;
}
