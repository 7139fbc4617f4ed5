pragma circom 2.2.2;

include "comparators.circom";
include "./bits.circom";
include "./compare.circom";
include "./select.circom";

// Verdict of one partition, docs/spec/statements.md, section 8: 0 unused, 1 PASS, 2 FAIL, 3 INDETERMINATE.
//
// CONSTRAINS          verdict follows from the counts and the policy.
// TAKES FOR GRANTED   approvals[g] <= sizes[g], and the sizes sum to less than 2^24; empty[g] = [sizes[g] = 0];
//                     1 <= num <= den < 2^16; zNum < 2^16; 1 <= zDen < 2^16; 1 <= nMin < 2^24; used, fixedReference,
//                     needSignificance and tested[g] boolean: the CALLER checks.
// HINTS               h, the reference: OneHot binds it to 0..7; in a fixed policy it equals reference; otherwise, if any
//                     group is judged, it is a judged one with the highest rate and the lowest index of those (step 2), and
//                     if none is, every h gives the same verdict, for no reference is valid. circomlib's IsZero: inv.
// VERIFIER OBLIGATIONS none.
// COST                2,348
template Verdict() {
    signal input sizes[8];
    signal input approvals[8];
    signal input empty[8];
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

    // 1. Of the tested groups, those that are judged: never empty, for nMin >= 1. The others that are not empty are small.
    signal below[8];
    signal judged[8];
    signal skipped[8];
    var smallSum = 0;
    for (var g = 0; g < 8; g++) {
        below[g] <== LessThanBits(24)(sizes[g], nMin);
        judged[g] <== tested[g] * (1 - below[g]);
        skipped[g] <== tested[g] * empty[g];
        smallSum += tested[g] - judged[g] - skipped[g];
    }

    // 2. The reference.
    signal isReference[8] <== OneHot(8)(h);
    fixedReference * (h - reference) === 0;
    signal sizePart[8];
    signal approvalPart[8];
    signal judgedPart[8];
    var sizeSum = 0;
    var approvalSum = 0;
    var judgedSum = 0;
    for (var g = 0; g < 8; g++) {
        sizePart[g] <== isReference[g] * sizes[g];
        approvalPart[g] <== isReference[g] * approvals[g];
        judgedPart[g] <== isReference[g] * judged[g];
        sizeSum += sizePart[g];
        approvalSum += approvalPart[g];
        judgedSum += judgedPart[g];
    }
    signal nh <== sizeSum;
    signal xh <== approvalSum;
    signal judgedh <== judgedSum;

    // Two groups are smaller than 2^24 together: the product of their sizes, and so each cross product, is below 2^46. Those
    // of the reference with itself are equal, and below 2^48.
    signal crossg[8]; // x_g n_h
    signal crossh[8]; // x_h n_g
    signal rivals[8];
    signal lead[8];
    for (var g = 0; g < 8; g++) {
        crossg[g] <== approvals[g] * nh;
        crossh[g] <== xh * sizes[g];
        // Each judged group is a rival: one before h has to have a lower rate, one after it at most the same, so that
        // x_h n_g - x_g n_h - [g < h] >= 0.
        var before = 0;
        for (var i = g + 1; i < 8; i++) before += isReference[i];
        rivals[g] <== (1 - fixedReference) * judged[g];
        rivals[g] * (1 - judgedh) === 0;
        lead[g] <== rivals[g] * (crossh[g] - crossg[g] - before);
        RangeCheck(46)(lead[g]);
    }
    component noApproval = IsZero();
    noApproval.in <== xh;
    signal valid <== judgedh * (1 - noApproval.out);

    // 3. Groups that are low, and significantly so. Bounds: for two groups, and for the reference with itself.
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
    for (var g = 0; g < 8; g++) {
        lowLeft[g] <== den * crossg[g]; // < 2^62, 2^64
        lowRight[g] <== num * crossh[g]; // < 2^62, 2^64
        low[g] <== LessThanBits(64)(lowLeft[g], lowRight[g]);

        square[g] <== (crossg[g] - crossh[g]) * (crossg[g] - crossh[g]); // < 2^92, 0
        spread[g] <== square[g] * (sizes[g] + nh); // < 2^116, 0
        sigRight[g] <== zDen * spread[g]; // < 2^132, 0
        pairSize[g] <== sizes[g] * nh; // < 2^46, 2^48
        // X (N - X) is at most N^2 / 4, and not negative since x <= n: < 2^46, 2^48
        pairVariance[g] <== (approvals[g] + xh) * (sizes[g] + nh - approvals[g] - xh);
        pairProduct[g] <== pairSize[g] * pairVariance[g]; // < 2^92, 2^96
        sigLeft[g] <== zNum * pairProduct[g]; // < 2^108, 2^112
        significant[g] <== LessThanBits(132)(sigLeft[g], sigRight[g]);

        judgedLow[g] <== judged[g] * low[g];
        excused[g] <== needSignificance * (1 - significant[g]);
        failing[g] <== judgedLow[g] * (1 - excused[g]);
        failSum += failing[g];
        insignificantSum += judgedLow[g] - failing[g];
    }

    // 4. FAIL, else INDETERMINATE unless everything could be judged, else PASS. The sums are at most 16.
    component noFailure = IsZero();
    noFailure.in <== failSum;
    component noDoubt = IsZero();
    noDoubt.in <== insignificantSum + smallSum;
    signal fail <== valid * (1 - noFailure.out);
    signal certain <== valid * noDoubt.out;
    signal indeterminate <== (1 - fail) * (1 - certain);
    verdict <== used * (1 + fail + 2 * indeterminate);
}
