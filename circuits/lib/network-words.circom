pragma circom 2.2.2;

// CONSTRAINS          words[g][0] = sum_{d<4} biases[4 g + d] 2^(63 d),
//                     words[g][1 + i] = factors[i] sum_{d<4} weights[4 g + d][i] 2^(63 d).
// TAKES FOR GRANTED   nothing; ranges are the CALLER's.
// HINTS               none.
// VERIFIER OBLIGATIONS none.
// COST                groups n, none where the factors are constants
template NetworkWords(n, groups) {
    signal input weights[4 * groups][n];
    signal input biases[4 * groups];
    signal input factors[n];
    signal output words[groups][n + 1];

    for (var g = 0; g < groups; g++) {
        var bias = 0;
        for (var d = 0; d < 4; d++) bias += biases[4 * g + d] * (1 << (63 * d));
        words[g][0] <== bias;
        for (var i = 0; i < n; i++) {
            var word = 0;
            for (var d = 0; d < 4; d++) word += weights[4 * g + d][i] * (1 << (63 * d));
            words[g][1 + i] <== factors[i] * word;
        }
    }
}
