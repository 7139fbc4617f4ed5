pragma circom 2.2.2;

include "babyjub.circom";
include "comparators.circom";
include "poseidon.circom";
include "./compare.circom";
include "./fixed-base.circom";
include "./tags.circom";
include "./variable-base.circom";

// The window's table, encrypted to the regulator, docs/spec/statements.md, section 8.
//
// CONSTRAINS          out = P(tag, E, ct_0..ct_6), E = e B8, ct_i = cell_i + P(tag, e PK, tally, i), 0 <= e < 2^251; the cells
//                     are the counts, those with 0 < size < minCell shown as (0, 1).
// TAKES FOR GRANTED   approvals[p][g] <= sizes[p][g] < 2^24 and minCell < 2^24: the CALLER range-checks. PK lies on the curve.
// HINTS               see FixedBaseMulAdd and VariableBaseMul; circomlib's IsZero: inv.
// VERIFIER OBLIGATIONS PK is a point of the prime-order subgroup and not the identity (checked where the policy is registered).
// COST                8,300
template TableEncryption() {
    signal input sizes[4][8];
    signal input approvals[4][8];
    signal input minCell;
    signal input keyX;
    signal input keyY;
    signal input tallyX;
    signal input tallyY;
    signal input e;
    signal output out;

    // 1. What the regulator may see, ten cells of 24 bits a word.
    signal empty[4][8];
    signal tooSmall[4][8];
    signal hidden[4][8];
    signal shownSize[4][8];
    signal shownApprovals[4][8];
    var words[7] = [0, 0, 0, 0, 0, 0, 0];
    for (var p = 0; p < 4; p++) {
        for (var g = 0; g < 8; g++) {
            empty[p][g] <== IsZero()(sizes[p][g]);
            tooSmall[p][g] <== LessThanBits(24)(sizes[p][g], minCell);
            hidden[p][g] <== (1 - empty[p][g]) * tooSmall[p][g];
            shownSize[p][g] <== (1 - hidden[p][g]) * sizes[p][g];
            shownApprovals[p][g] <== approvals[p][g] + hidden[p][g] * (1 - approvals[p][g]);
            var cell = 16 * p + 2 * g;
            words[cell \ 10] += shownSize[p][g] * (1 << (24 * (cell % 10)));
            words[(cell + 1) \ 10] += shownApprovals[p][g] * (1 << (24 * ((cell + 1) % 10)));
        }
    }

    // 2. The shared point.
    component ephemeral = FixedBaseMulAdd(
        251,
        5299619240641551281634865583518297030282874472190772894086521144482721001553,
        16950150798460657717958625567821834550301663161624707787222815936182638968203
    );
    ephemeral.scalar <== e;
    ephemeral.startX <== 0;
    ephemeral.startY <== 1;
    signal eBits[251] <== Num2Bits(251)(e);
    component shared = VariableBaseMul(251);
    shared.bits <== eBits;
    shared.baseX <== keyX;
    shared.baseY <== keyY;

    // 3. Pads, and the hash of what is published.
    signal pad[7];
    component hash = Poseidon(10);
    hash.inputs[0] <== TAG_TABLE();
    hash.inputs[1] <== ephemeral.x;
    hash.inputs[2] <== ephemeral.y;
    for (var i = 0; i < 7; i++) {
        pad[i] <== Poseidon(6)([TAG_TABLE_PAD(), shared.x, shared.y, tallyX, tallyY, i]);
        hash.inputs[3 + i] <== words[i] + pad[i];
    }
    out <== hash.out;
}
