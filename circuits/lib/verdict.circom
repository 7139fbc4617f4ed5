pragma circom 2.2.2;

include "comparators.circom";
include "./compare.circom";
include "./select.circom";

// Verdict of one partition, docs/spec/statements.md, section 8: 0 unused, 1 PASS, 2 FAIL, 3 INDETERMINATE.
//
// CONSTRAINS          verdict follows from the counts and the policy.
// TAKES FOR GRANTED   approvals[g] <= sizes[g] < 2^24; 1 <= num <= den < 2^16; zNum < 2^16; 1 <= zDen < 2^16;
//                     1 <= nMin < 2^24; used, fixedReference, needSignificance and tested[g] boolean: the CALLER checks.
// HINTS               h, the reference: OneHot binds it to 0..7; in a fixed policy it equals reference; otherwise, if any
//                     group is judged, it is a judged one with the highest rate and the lowest index of those (step 2), and
//                     if none is, every h gives the same verdict, for no reference is valid. circomlib's IsZero: inv.
// VERIFIER OBLIGATIONS none.
// COST                2,430
template Verdict() {
    signal input sizes[8];
    signal input approvals[8];
    signal input num;
    signal input den;
    signal input zNum;
    signal input zDen;
    signal input needSignificance;
    signal input nMin;
    signal input used;
    signal input fixedReference;
    signal input reference;
    signal input tested[8];
    signal input h;
    signal output verdict;

    // 1. Groups that count, and those big enough to judge. A judged group is never empty, for nMin >= 1.
    signal n[8];
    signal x[8];
    signal judged[8];
    signal small[8];
    signal below[8];
    signal empty[8];
    for (var g = 0; g < 8; g++) {
        n[g] <== tested[g] * sizes[g];
        x[g] <== tested[g] * approvals[g];
        below[g] <== LessThanBits(24)(n[g], nMin);
        judged[g] <== 1 - below[g];
        empty[g] <== IsZero()(n[g]);
        small[g] <== (1 - empty[g]) * below[g];
    }

    // 2. The reference.
    signal isReference[8] <== OneHot(8)(h);
    fixedReference * (h - reference) === 0;
    signal nPart[8];
    signal xPart[8];
    signal judgedPart[8];
    var nSum = 0;
    var xSum = 0;
    var judgedSum = 0;
    for (var g = 0; g < 8; g++) {
        nPart[g] <== isReference[g] * n[g];
        xPart[g] <== isReference[g] * x[g];
        judgedPart[g] <== isReference[g] * judged[g];
        nSum += nPart[g];
        xSum += xPart[g];
        judgedSum += judgedPart[g];
    }
    signal nh <== nSum;
    signal xh <== xSum;
    signal judgedh <== judgedSum;

    signal crossg[8]; // x_g n_h < 2^48
    signal crossh[8]; // x_h n_g < 2^48
    signal ahead[8];
    signal binding[8];
    signal better[8];
    for (var g = 0; g < 8; g++) {
        crossg[g] <== x[g] * nh;
        crossh[g] <== xh * n[g];
        // A group before h has to have a lower rate, one after it at most the same: x_g n_h + [g < h] <= x_h n_g.
        var before = 0;
        for (var i = g + 1; i < 8; i++) before += isReference[i];
        ahead[g] <== LessThanBits(49)(crossh[g], crossg[g] + before);
        binding[g] <== (1 - fixedReference) * judged[g];
        better[g] <== judgedh * (1 - ahead[g]);
        binding[g] * (1 - better[g]) === 0;
    }
    signal noApproval <== IsZero()(xh);
    signal valid <== judgedh * (1 - noApproval);

    // 3. Groups that are low, and significantly so.
    signal lowLeft[8];
    signal lowRight[8];
    signal low[8];
    signal square[8];
    signal spread[8];
    signal sigRight[8];
    signal pairSize[8];
    signal pairVariance[8];
    signal pairProduct[8];
    signal sigLeft[8];
    signal significant[8];
    signal excused[8];
    signal judgedLow[8];
    signal failing[8];
    var failSum = 0;
    var insignificantSum = 0;
    var smallSum = 0;
    for (var g = 0; g < 8; g++) {
        lowLeft[g] <== den * crossg[g]; // < 2^64
        lowRight[g] <== num * crossh[g]; // < 2^64
        low[g] <== LessThanBits(64)(lowLeft[g], lowRight[g]);

        square[g] <== (crossg[g] - crossh[g]) * (crossg[g] - crossh[g]); // < 2^96
        spread[g] <== square[g] * (n[g] + nh); // < 2^121
        sigRight[g] <== zDen * spread[g]; // < 2^137
        pairSize[g] <== n[g] * nh; // < 2^48
        pairVariance[g] <== (x[g] + xh) * (n[g] + nh - x[g] - xh); // < 2^50, not negative since x <= n
        pairProduct[g] <== pairSize[g] * pairVariance[g]; // < 2^98
        sigLeft[g] <== zNum * pairProduct[g]; // < 2^114
        significant[g] <== LessThanBits(137)(sigLeft[g], sigRight[g]);

        judgedLow[g] <== judged[g] * low[g];
        excused[g] <== needSignificance * (1 - significant[g]);
        failing[g] <== judgedLow[g] * (1 - excused[g]);
        failSum += failing[g];
        insignificantSum += judgedLow[g] - failing[g];
        smallSum += small[g];
    }

    // 4. FAIL, else INDETERMINATE unless everything could be judged, else PASS. The sums are at most 8.
    signal noFailure <== IsZero()(failSum);
    signal noDoubt <== IsZero()(insignificantSum + smallSum);
    signal fail <== valid * (1 - noFailure);
    signal certain <== valid * noDoubt;
    signal indeterminate <== (1 - fail) * (1 - certain);
    verdict <== used * (1 + fail + 2 * indeterminate);
}
