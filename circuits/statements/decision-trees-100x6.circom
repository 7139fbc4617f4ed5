pragma circom 2.2.2;

include "../lib/decision-trees.circom";

// Decision by a model of 100 trees of depth 6, family 3: see DecisionTrees.
component main {public [
    applicantCommitment, modelCommitment, partitionsHash, eligibilityCommitment, referred, tallyX, tallyY,
    outcomeCommitment, reasonsCommitment
]} = DecisionTrees(3, 100, 6);
