pragma circom 2.2.2;

include "bitify.circom";
include "poseidon.circom";
include "./in-force.circom";
include "./signature.circom";
include "./submask.circom";
include "./tags.circom";

// A credential and the issuer that signed it, docs/spec/statements.md, section 3.
//
// CONSTRAINS          the issuer's key signed the message of the masked attributes, subject, documentHash, validity and
//                     credentialId for this schema and audience; issuerLeaf is that issuer's leaf for this schema and
//                     role; mask is within allowedMask; asOf is within the validity of both; maskBits are mask's bits.
// TAKES FOR GRANTED   attributes are in [0, 2^40), asOf in [0, 2^20): the CALLER range-checks them, and shows that
//                     issuerLeaf is in the tree of trusted issuers; role is a constant of the caller.
// HINTS               see Signature, Submask, Num2Bits.
// VERIFIER OBLIGATIONS the registered issuers' keys are points of the prime-order subgroup and not the identity; see
//                     Signature for what holds without that.
// COST                4,290
template Credential() {
    signal input role;
    signal input schemaId;
    signal input audience;
    signal input asOf;
    signal input attributes[32];
    signal input subject;
    signal input documentHash;
    signal input mask;
    signal input validFrom;
    signal input validUntil;
    signal input credentialId;
    signal input issuerKey[2];
    signal input allowedMask;
    signal input issuerValidFrom;
    signal input issuerValidUntil;
    signal input signatureR8[2];
    signal input signatureS;
    signal output maskBits[32];
    signal output issuerLeaf;

    // 1. The issuer, and what it may attest.
    issuerLeaf <== Poseidon(8)([
        TAG_ISSUER(), issuerKey[0], issuerKey[1], schemaId, role, allowedMask, issuerValidFrom, issuerValidUntil
    ]);
    InForce()(asOf, issuerValidFrom, issuerValidUntil);
    signal allowed[32] <== Num2Bits(32)(allowedMask);
    maskBits <== Submask()(mask, allowed);

    // 2. The message: attributes under the mask, packed like the applicant's.
    signal masked[32];
    var packed[6] = [0, 0, 0, 0, 0, 0];
    for (var i = 0; i < 32; i++) {
        masked[i] <== attributes[i] * maskBits[i];
        packed[i \ 6] += masked[i] * (1 << (40 * (i % 6)));
    }
    signal message <== Poseidon(15)([
        TAG_CREDENTIAL(), schemaId, audience, mask, packed[0], packed[1], packed[2], packed[3], packed[4], packed[5],
        subject, documentHash, validFrom, validUntil, credentialId
    ]);
    InForce()(asOf, validFrom, validUntil);

    // 3. The signature.
    Signature()(issuerKey, signatureR8, signatureS, message);
}
