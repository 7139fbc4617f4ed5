pragma circom 2.2.2;

include "poseidon.circom";
include "./partition-group.circom";
include "./tags.circom";

// CONSTRAINS          partitionsHash opens to schemaId and the words; groups[p] is the one-hot group of partition p.
// TAKES FOR GRANTED   attributes are in [0, 2^40), and of the schema schemaId.
// HINTS               see PartitionGroup.
// VERIFIER OBLIGATIONS partitionsHash is the registered one for the application's scope; the registry has recomputed it
//                     from a document whose slots the identity issuer attests.
// COST                3,236
template PartitionGroups() {
    signal input schemaId;
    signal input attributes[32];
    signal input thresholdWords[4];
    signal input ruleWords[4];
    signal output partitionsHash;
    signal output groups[4][8];

    partitionsHash <== Poseidon(10)([
        TAG_PARTITIONS(), schemaId,
        thresholdWords[0], ruleWords[0], thresholdWords[1], ruleWords[1],
        thresholdWords[2], ruleWords[2], thresholdWords[3], ruleWords[3]
    ]);
    for (var p = 0; p < 4; p++) {
        groups[p] <== PartitionGroup()(attributes, thresholdWords[p], ruleWords[p]);
    }
}
