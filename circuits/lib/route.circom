pragma circom 2.2.2;

// CONSTRAINS          out[sum_k bits[k] 2^k] = value, every other out is 0.
// TAKES FOR GRANTED   bits are boolean: the CALLER decomposes the index.
// HINTS               none.
// VERIFIER OBLIGATIONS none.
// COST                31
template RouteToSlot() {
    signal input value;
    signal input bits[5];
    signal output out[32];

    // A binary tree, the root first; the highest bit says into which half of the slots the value goes.
    signal node[63];
    node[0] <== value;
    for (var i = 0; i < 31; i++) {
        var level = 0;
        while ((2 << level) <= i + 1) level++;
        node[2 * i + 2] <== bits[4 - level] * node[i];
        node[2 * i + 1] <== node[i] - node[2 * i + 2];
    }
    for (var i = 0; i < 32; i++) out[i] <== node[31 + i];
}
