pragma circom 2.2.2;

include "../lib/reasons-trees.circom";

// Reasons by a model of 100 trees of depth 6, family 3: see ReasonsTrees.
component main {public [
    applicantCommitment, modelCommitment, baselineHash, outcomeCommitment, reasonsCommitment
]} = ReasonsTrees(3, 100, 6);
