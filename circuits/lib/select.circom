pragma circom 2.2.2;

// CONSTRAINS          out[i] = [i = index], and 0 <= index < n.
// TAKES FOR GRANTED   nothing.
// HINTS               out: each entry boolean, their sum one, their sum weighted with i equal to index.
// VERIFIER OBLIGATIONS none.
// COST                n (and two linear)
template OneHot(n) {
    signal input index;
    signal output out[n];

    var sum = 0;
    var weighted = 0;
    for (var i = 0; i < n; i++) {
        out[i] <-- index == i ? 1 : 0;
        out[i] * (out[i] - 1) === 0;
        sum += out[i];
        weighted += i * out[i];
    }
    sum === 1;
    weighted === index;
}

// CONSTRAINS          out = values[sum_k bits[k] 2^k].
// TAKES FOR GRANTED   bits are boolean: the CALLER decomposes the index.
// HINTS               none.
// VERIFIER OBLIGATIONS none.
// COST                31
template SelectSlot() {
    signal input values[32];
    signal input bits[5];
    signal output out;

    // Layer k holds 32 / 2^k candidates; bit k halves them. Nodes of all layers lie one after the other.
    signal node[63];
    for (var i = 0; i < 32; i++) node[i] <== values[i];
    var from = 0;
    var to = 32;
    for (var k = 0; k < 5; k++) {
        for (var i = 0; i < 16 >> k; i++) {
            node[to + i] <== node[from + 2 * i] + bits[k] * (node[from + 2 * i + 1] - node[from + 2 * i]);
        }
        from = to;
        to += 16 >> k;
    }
    out <== node[62];
}
