pragma circom 2.2.2;

include "../lib/reasons-trees.circom";

// Reasons by a model of 32 trees of depth 4, family 2: see ReasonsTrees.
component main {public [
    applicantCommitment, modelCommitment, baselineHash, outcomeCommitment, reasonsCommitment
]} = ReasonsTrees(2, 32, 4);
