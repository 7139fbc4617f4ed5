pragma circom 2.2.2;

include "poseidon.circom";
include "./tags.circom";

// docs/spec/statements.md, section 3. Each of them
//
// CONSTRAINS          out is the tagged Poseidon hash of its inputs, in the specification's order.
// TAKES FOR GRANTED   nothing.
// HINTS               none.
// VERIFIER OBLIGATIONS the value is canonical and not 0, and was not seen before.

// One value for each subject, scope and ordinal. COST 297
template Nullifier() {
    signal input subject;
    signal input scope;
    signal input ordinal;
    signal output out;
    out <== Poseidon(4)([TAG_NULLIFIER(), subject, scope, ordinal]);
}

// One value for each financial credential. COST 261
template CredentialNullifier() {
    signal input financialCredentialId;
    signal input subject;
    signal output out;
    out <== Poseidon(3)([TAG_CREDENTIAL_NULLIFIER(), financialCredentialId, subject]);
}
