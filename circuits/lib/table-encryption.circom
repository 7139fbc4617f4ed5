pragma circom 2.2.2;

include "babyjub.circom";
include "bitify.circom";
include "poseidon.circom";
include "./compare.circom";
include "./fixed-base.circom";
include "./tags.circom";
include "./variable-base.circom";

// The window's table, encrypted to the regulator, docs/spec/statements.md, section 8.
//
// CONSTRAINS          out = P(tag, E, ct_0..ct_6), E = e B8, ct_i = cell_i + pad_i, the pads being the first seven elements of the
//                     Poseidon state over (tag, e PK, tally, 0, 0), 0 <= e < 2^251; the cells are the counts, those with
//                     0 < size < minCell shown as (0, 1); PK lies on the curve, so that e PK is unique.
// TAKES FOR GRANTED   approvals[p][g] <= sizes[p][g] < 2^24, minCell < 2^24 and empty[p][g] = [sizes[p][g] = 0]: the CALLER checks.
// HINTS               see FixedBaseMulAdd and VariableBaseMul.
// VERIFIER OBLIGATIONS PK is in the prime-order subgroup and not the identity (checked where the policy is registered): a key of
//                     low order would give the table away. That e is random is the prover's concern, for the same reason.
// COST                5,823
template TableEncryption() {
    signal input sizes[4][8];
    signal input approvals[4][8];
    signal input empty[4][8];
    signal input minCell;
    signal input keyX;
    signal input keyY;
    signal input tallyX;
    signal input tallyY;
    signal input e;
    signal output out;

    // 1. What the regulator may see, ten cells of 24 bits a word.
    signal tooSmall[4][8];
    signal hidden[4][8];
    signal shownSize[4][8];
    signal shownApprovals[4][8];
    var words[7] = [0, 0, 0, 0, 0, 0, 0];
    for (var p = 0; p < 4; p++) {
        for (var g = 0; g < 8; g++) {
            tooSmall[p][g] <== LessThanBits(24)(sizes[p][g], minCell);
            hidden[p][g] <== (1 - empty[p][g]) * tooSmall[p][g];
            shownSize[p][g] <== (1 - hidden[p][g]) * sizes[p][g];
            shownApprovals[p][g] <== approvals[p][g] + hidden[p][g] * (1 - approvals[p][g]);
            var cell = 16 * p + 2 * g;
            words[cell \ 10] += shownSize[p][g] * (1 << (24 * (cell % 10)));
            words[(cell + 1) \ 10] += shownApprovals[p][g] * (1 << (24 * ((cell + 1) % 10)));
        }
    }

    // 2. The shared point. Both multiplications decompose e into 251 bits, which is unique below r.
    component ephemeral = FixedBaseMulAdd(
        251,
        5299619240641551281634865583518297030282874472190772894086521144482721001553,
        16950150798460657717958625567821834550301663161624707787222815936182638968203
    );
    ephemeral.scalar <== e;
    ephemeral.startX <== 0;
    ephemeral.startY <== 1;
    BabyCheck()(keyX, keyY);
    signal bits[251] <== Num2Bits(251)(e);
    signal (sharedX, sharedY) <== VariableBaseMul(251)(bits, keyX, keyY);

    // 3. Pads, and the hash of what is published. One element of the state stays hidden, as in a sponge.
    component pads = PoseidonEx(7, 7);
    pads.initialState <== 0;
    pads.inputs <== [TAG_TABLE_PAD(), sharedX, sharedY, tallyX, tallyY, 0, 0];
    component hash = Poseidon(10);
    hash.inputs[0] <== TAG_TABLE();
    hash.inputs[1] <== ephemeral.x;
    hash.inputs[2] <== ephemeral.y;
    for (var i = 0; i < 7; i++) hash.inputs[3 + i] <== words[i] + pads.out[i];
    out <== hash.out;
}
