pragma circom 2.2.2;

// A circuit of a few constraints, for the tests of this package. A wire stands on the left side of several constraints, one
// on none, and a public input in no constraint at all: only its binding row keeps it from being exchanged.
template Tiny() {
    signal input bound;   // public
    signal input unused;  // public
    signal input secrets[3];
    signal output product;
    signal steps[9];
    steps[0] <== secrets[0] * secrets[1] + 5;
    for (var i = 1; i < 9; i++) {
        steps[i] <== (steps[i - 1] - 3 * secrets[2]) * (steps[i - 1] + secrets[i % 3] + 7);
    }
    bound === steps[8] * secrets[2];
    product <== steps[4] * steps[8];
}

component main { public [bound, unused] } = Tiny();
