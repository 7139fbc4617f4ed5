pragma circom 2.2.2;

include "poseidon.circom";

// Hash of a list of n > 0 elements: h_0 = P(tag, n), then h_{k+1} = P16(h_k, block) for each block of 15, the last one
// filled with zeros. docs/spec/statements.md, section 1.
//
// CONSTRAINS          out is the chain of in under tag.
// TAKES FOR GRANTED   nothing: in holds any field elements.
// HINTS               none.
// VERIFIER OBLIGATIONS none.
// COST                608 a block of 15; h_0 is a constant.
template Chain(tag, n) {
    signal input in[n];
    signal output out;

    var blocks = (n + 14) \ 15;
    signal state[blocks + 1];
    state[0] <== Poseidon(2)([tag, n]);
    component hash[blocks];
    for (var k = 0; k < blocks; k++) {
        hash[k] = Poseidon(16);
        hash[k].inputs[0] <== state[k];
        for (var i = 0; i < 15; i++) {
            if (15 * k + i < n) {
                hash[k].inputs[1 + i] <== in[15 * k + i];
            } else {
                hash[k].inputs[1 + i] <== 0;
            }
        }
        state[k + 1] <== hash[k].out;
    }
    out <== state[blocks];
}
