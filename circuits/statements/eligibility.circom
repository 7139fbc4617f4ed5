pragma circom 2.2.2;

include "../lib/applicant.circom";
include "../lib/attributes.circom";
include "../lib/bits.circom";
include "../lib/credential.circom";
include "../lib/indexed.circom";
include "../lib/merkle.circom";
include "../lib/nullifiers.circom";
include "../lib/policy.circom";
include "../lib/submask.circom";

// Eligibility: who applied is backed by two credentials that are trusted, in force and unrevoked, and the committed bit is
// the policy's value on the committed attributes, truthfully, screening included. docs/spec/statements.md, sections 2-4, 9.
//
// CONSTRAINS          every public signal equals what the witness gives. Witness inputs, index 0 the identity credential,
//                     index 1 the financial one:
//                     schemaId             one wire for applicant, credentials, issuers and policy
//                     attributes[32]       encoded, each below 2^40
//                     subject, salt        of the applicant; one subject for both credentials
//                     documentHash         248 bits; one for both credentials
//                     mask[2], validFrom[2], validUntil[2], credentialId[2]     of the credentials
//                     issuerKey[2][2], allowedMask[2], issuerValidFrom[2], issuerValidUntil[2]   of the issuers' leaves
//                     signatureR8[2][2], signatureS[2]
//                     issuerChildren[2][8], issuerTop[8]     paths in the issuers' tree: the leaf's level, and the root's
//                                          children, which both paths share
//                     revocationValue[2], revocationNext[2], revocationChildren[2][5][8], revocationTop[8]
//                                          the leaf next below each credentialId, and its path, likewise
//                     screeningValue, screeningNext, screeningChildren[6][8]    the leaf that decides about documentHash
//                     attestedMask, identityMask, ordinalMax, shape, a[12], b[12], lo[12], hi[12], setRoot[4]   the policy
//                     setValue[4], setNext[4], setChildren[4][2][8]   the leaf that decides about each set clause; for an
//                                          unused clause any leaf with its path
// TAKES FOR GRANTED   see the gadgets.
// HINTS               see the gadgets: Signature, IndexedLookup, Submask, PolicyValue, Num2Bits.
// VERIFIER OBLIGATIONS public signals are canonical and exactly twelve; policyHash is the one in force, recomputed from its
//                     text (PolicyValue); issuerRoot, revocationRoot and screeningRoot are in force, not the empty tree's,
//                     and those of well-formed trees (IndexedLookup, Credential); audience is the bank that signed the
//                     envelope, scope one of its own; asOf is the day of admission; nullifier and credentialNullifier are
//                     not 0 and were not seen before, nor was applicantCommitment.
// COST                32,048: trees 9,208, signatures 6,208, policy 10,474, other hashes 3,234, ranges and masks the rest
template Eligibility() {
    signal input applicantCommitment;
    signal input eligibilityCommitment;
    signal input nullifier;
    signal input credentialNullifier;
    signal input scope;
    signal input audience;
    signal input ordinal;
    signal input policyHash;
    signal input issuerRoot;
    signal input revocationRoot;
    signal input screeningRoot;
    signal input asOf;

    signal input schemaId;
    signal input attributes[32];
    signal input subject;
    signal input salt;
    signal input documentHash;
    signal input mask[2];
    signal input validFrom[2];
    signal input validUntil[2];
    signal input credentialId[2];
    signal input issuerKey[2][2];
    signal input allowedMask[2];
    signal input issuerValidFrom[2];
    signal input issuerValidUntil[2];
    signal input signatureR8[2][2];
    signal input signatureS[2];
    signal input issuerChildren[2][8];
    signal input issuerTop[8];
    signal input revocationValue[2];
    signal input revocationNext[2];
    signal input revocationChildren[2][5][8];
    signal input revocationTop[8];
    signal input screeningValue;
    signal input screeningNext;
    signal input screeningChildren[6][8];
    signal input attestedMask;
    signal input identityMask;
    signal input ordinalMax;
    signal input shape;
    signal input a[12];
    signal input b[12];
    signal input lo[12];
    signal input hi[12];
    signal input setRoot[4];
    signal input setValue[4];
    signal input setNext[4];
    signal input setChildren[4][2][8];

    // 1. The applicant.
    signal packed[6];
    signal attributeBits[32][40];
    (packed, attributeBits) <== PackAttributes()(attributes);
    for (var i = 0; i < 32; i++) {
        for (var k = 0; k < 40; k++) _ <== attributeBits[i][k];
    }
    signal computedApplicantCommitment <== ApplicantCommitment()(schemaId, packed, subject, salt);
    applicantCommitment === computedApplicantCommitment;
    RangeCheck(248)(documentHash);

    // 2. The credentials: signed by issuers of their roles, for this applicant and bank, in force today.
    RangeCheck(20)(asOf);
    signal maskBits[2][32];
    signal issuerLeaf[2];
    for (var r = 0; r < 2; r++) {
        (maskBits[r], issuerLeaf[r]) <== Credential()(
            r + 1, schemaId, audience, asOf, attributes, subject, documentHash, mask[r], validFrom[r], validUntil[r],
            credentialId[r], issuerKey[r], allowedMask[r], issuerValidFrom[r], issuerValidUntil[r], signatureR8[r],
            signatureS[r]
        );
    }

    // 3. Their issuers are trusted, and neither is revoked. Two paths to one root share its children.
    signal revocationNode[2];
    signal revoked[2];
    for (var r = 0; r < 2; r++) {
        ChildOf8()(issuerLeaf[r], issuerChildren[r]);
        ChildOf8()(NodeHash8()(issuerChildren[r]), issuerTop);
        RangeCheck(64)(credentialId[r]);
        (revocationNode[r], revoked[r]) <== IndexedLookup(64, 5)(
            credentialId[r], revocationValue[r], revocationNext[r], revocationChildren[r]
        );
        ChildOf8()(revocationNode[r], revocationTop);
        revoked[r] === 0;
    }
    signal computedIssuerRoot <== NodeHash8()(issuerTop);
    issuerRoot === computedIssuerRoot;
    signal computedRevocationRoot <== NodeHash8()(revocationTop);
    revocationRoot === computedRevocationRoot;

    // 4. What the policy wants attested is.
    signal union[32];
    for (var i = 0; i < 32; i++) {
        union[i] <== maskBits[0][i] + maskBits[1][i] - maskBits[0][i] * maskBits[1][i];
    }
    signal attested[32] <== Submask()(attestedMask, union);
    signal identified[32] <== Submask()(identityMask, maskBits[0]);
    for (var i = 0; i < 32; i++) {
        _ <== attested[i];
        _ <== identified[i];
    }

    // 5. The bit: the policy's value, and no hit on the screening list.
    signal (computedScreeningRoot, hit) <== IndexedLookup(248, 6)(
        documentHash, screeningValue, screeningNext, screeningChildren
    );
    screeningRoot === computedScreeningRoot;
    signal (computedPolicyHash, policyValue) <== PolicyValue()(
        schemaId, attributes, attestedMask, identityMask, ordinalMax, shape, a, b, lo, hi, setRoot, setValue, setNext,
        setChildren
    );
    policyHash === computedPolicyHash;
    signal eligible <== policyValue * (1 - hit);
    signal computedEligibilityCommitment <== EligibilityCommitment()(eligible, subject, salt);
    eligibilityCommitment === computedEligibilityCommitment;

    // 6. Once for each subject, scope and ordinal; once for each financial credential.
    RangeCheck(16)(ordinal);
    RangeCheck(16)(ordinalMax - ordinal);
    signal computedNullifier <== Nullifier()(subject, scope, ordinal);
    nullifier === computedNullifier;
    signal computedCredentialNullifier <== CredentialNullifier()(credentialId[1], subject);
    credentialNullifier === computedCredentialNullifier;
}

component main {public [
    applicantCommitment, eligibilityCommitment, nullifier, credentialNullifier, scope, audience, ordinal, policyHash,
    issuerRoot, revocationRoot, screeningRoot, asOf
]} = Eligibility();
