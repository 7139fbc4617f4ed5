pragma circom 2.2.2;

// CONSTRAINS          mask = sum_i out[i] 2^i, each out[i] is 0 or within[i]: mask is below 2^32 and a subset of within.
// TAKES FOR GRANTED   within is boolean: the CALLER constrains it.
// HINTS               out: each bit is 0 or within[i], and their sum is mask, which has one decomposition into 32 bits.
// VERIFIER OBLIGATIONS none.
// COST                32
template Submask() {
    signal input mask;
    signal input within[32];
    signal output out[32];

    var sum = 0;
    for (var i = 0; i < 32; i++) {
        out[i] <-- (mask >> i) & 1;
        out[i] * (out[i] - within[i]) === 0;
        sum += out[i] * (1 << i);
    }
    sum === mask;
}
