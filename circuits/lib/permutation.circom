pragma circom 2.2.2;

include "poseidon_constants.circom";

// The Poseidon permutation of a state of t elements, circomlib's parameters, first element of the result alone. Only S-boxes
// are signals: linear layers stay expressions, so that the compiler has nothing to simplify away, which makes a circuit of
// hundreds of permutations compile in a fraction of the time. Equal to circomlib's PoseidonEx(t - 1, 1) in value and in cost.
//
// CONSTRAINS          out = permutation(capacity, inputs)[0].
// TAKES FOR GRANTED   nothing.
// HINTS               none.
// VERIFIER OBLIGATIONS none.
// COST                3 (8 t + partial rounds): 384 at t = 8, 612 at t = 17; 3 less for each input that is constant
template Permutation(t) {
    assert(t >= 2 && t <= 17);
    signal input capacity;
    signal input inputs[t - 1];
    signal output out;

    var PARTIAL[16] = [56, 57, 56, 60, 60, 63, 64, 63, 60, 66, 60, 65, 70, 60, 64, 68];
    var rounds = PARTIAL[t - 2];
    var C[8 * t + rounds] = POSEIDON_C(t);
    var S[rounds * (2 * t - 1)] = POSEIDON_S(t);
    var M[t][t] = POSEIDON_M(t);
    var P[t][t] = POSEIDON_P(t);

    var state[t];
    state[0] = capacity + C[0];
    for (var j = 1; j < t; j++) state[j] = inputs[j - 1] + C[j];

    // 1. Four full rounds; the constants of a round are added at the end of the one before.
    signal first2[4][t];
    signal first4[4][t];
    signal first5[4][t];
    for (var r = 0; r < 4; r++) {
        for (var j = 0; j < t; j++) {
            first2[r][j] <== state[j] * state[j];
            first4[r][j] <== first2[r][j] * first2[r][j];
            first5[r][j] <== first4[r][j] * state[j];
        }
        var mixed[t];
        for (var i = 0; i < t; i++) {
            mixed[i] = 0;
            for (var j = 0; j < t; j++) {
                mixed[i] += (r < 3 ? M[j][i] : P[j][i]) * (first5[r][j] + C[(r + 1) * t + j]);
            }
        }
        state = mixed;
    }

    // 2. The partial rounds, in their sparse form.
    signal middle2[rounds];
    signal middle4[rounds];
    signal middle5[rounds];
    for (var r = 0; r < rounds; r++) {
        middle2[r] <== state[0] * state[0];
        middle4[r] <== middle2[r] * middle2[r];
        middle5[r] <== middle4[r] * state[0];
        var at = (2 * t - 1) * r;
        var substitute = middle5[r] + C[5 * t + r];
        var sum = S[at] * substitute;
        for (var j = 1; j < t; j++) {
            sum += S[at + j] * state[j];
            state[j] += S[at + t + j - 1] * substitute;
        }
        state[0] = sum;
    }

    // 3. Four full rounds.
    signal last2[4][t];
    signal last4[4][t];
    signal last5[4][t];
    for (var r = 0; r < 4; r++) {
        for (var j = 0; j < t; j++) {
            last2[r][j] <== state[j] * state[j];
            last4[r][j] <== last2[r][j] * last2[r][j];
            last5[r][j] <== last4[r][j] * state[j];
        }
        if (r < 3) {
            var mixed[t];
            for (var i = 0; i < t; i++) {
                mixed[i] = 0;
                for (var j = 0; j < t; j++) mixed[i] += M[j][i] * (last5[r][j] + C[5 * t + rounds + r * t + j]);
            }
            state = mixed;
        }
    }
    var digest = 0;
    for (var j = 0; j < t; j++) digest += M[j][0] * last5[3][j];
    out <== digest;
}
