pragma circom 2.2.2;

include "../lib/decision-trees.circom";

// Decision by a model of 32 trees of depth 4, family 2: see DecisionTrees.
component main {public [
    applicantCommitment, modelCommitment, partitionsHash, eligibilityCommitment, referred, tallyX, tallyY,
    outcomeCommitment, reasonsCommitment
]} = DecisionTrees(2, 32, 4);
