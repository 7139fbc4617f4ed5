pragma circom 2.2.2;

include "babyjub.circom";
include "bitify.circom";
include "escalarmulfix.circom";
include "montgomery.circom";
include "poseidon.circom";
include "./bits.circom";
include "./signature-ladder.circom";

// EdDSA-Poseidon over Baby Jubjub, signatures as circomlib's, docs/spec/statements.md, section 3.
//
// CONSTRAINS          S B8 = R8 + 8 h A with h = P5(R8, A, message); 0 <= S < l; A and R8 lie on the curve; the order of A
//                     does not divide 8. So a signature needs the logarithm of A's component in the subgroup, whatever A
//                     is, and with A in the subgroup R8 is in it too, as the difference of two such points.
// TAKES FOR GRANTED   nothing. Of valid signatures about one in 2^62 is refused, where S or h comes within 2^-63 of its
//                     limit: the issuer's tool checks what it signs.
// HINTS               bits: each is boolean, their sum is the challenge's, and step 3 shows which integer they are;
//                     inverse (4A's abscissa is not zero), ordinateInverse (nor is the product's ordinate); circomlib's
//                     Num2Bits, BabyAdd (the Edwards law is complete on the curve), Edwards2Montgomery (base is none of
//                     the points of order 1 and 2, where it divides by zero), EscalarMulFix (for a constant base of order
//                     l, where no two points that it adds are equal); see SignatureLadder.
// VERIFIER OBLIGATIONS the registered issuers' keys are points of the subgroup. With a key outside of it a proof still
//                     needs the issuer's secret, but other implementations may judge the same signature differently.
// COST                3,104
template Signature() {
    signal input key[2];
    signal input r8[2];
    signal input s;
    signal input message;

    var B8[2] = [
        5299619240641551281634865583518297030282874472190772894086521144482721001553,
        16950150798460657717958625567821834550301663161624707787222815936182638968203
    ];
    var OFFSET = 574155819724977287348030823778388141763728763667049420668988134227319346733; // 2^254 + 1 + 2 OFFSET = 0 mod l
    var FIELD_LOW = 53438638232309528389504892708671455233;  // r mod 2^127
    var FIELD_HIGH = 128647529226366354083724114970452078778; // r >> 127
    var ORDER_TOP = 13947993067211882662;  // l >> 187
    var LOW_TOP = 365873196853393522;      // OFFSET >> 190
    var HIGH_TOP = 14313866264065276185;   // (OFFSET + r) >> 190

    // 1. The points.
    BabyCheck()(key[0], key[1]);
    BabyCheck()(r8[0], r8[1]);

    // 2. S < l, by its 64 highest of 251 bits: they are below those of l.
    signal sBits[251] <== Num2Bits(251)(s);
    var sTop = 0;
    for (var i = 187; i < 251; i++) sTop += sBits[i] * (1 << (i - 187));
    RangeCheck(64)(ORDER_TOP - 1 - sTop);

    // 3. h + OFFSET as an integer of 254 bits: the field allows others that differ by r, and the 64 highest bits show that
    //    it is at least OFFSET and below OFFSET + r. The sum of the two is below 2^254, so nothing is lost.
    signal challenge <== Poseidon(5)([r8[0], r8[1], key[0], key[1], message]);
    // The field has taken r off when what is left is below OFFSET: it is put back on, in halves of 127 bits.
    var reduced = challenge + OFFSET;
    var wraps = reduced >> 190 < LOW_TOP ? 1 : 0;
    var low = (reduced & ((1 << 127) - 1)) + wraps * FIELD_LOW;
    var high = (reduced >> 127) + wraps * FIELD_HIGH + (low >> 127);
    signal bits[254];
    var sum = 0;
    for (var i = 0; i < 254; i++) {
        bits[i] <-- i < 127 ? (low >> i) & 1 : (high >> (i - 127)) & 1;
        bits[i] * (bits[i] - 1) === 0;
        sum += bits[i] * (1 << i);
    }
    sum === challenge + OFFSET;
    var top = 0;
    for (var i = 190; i < 254; i++) top += bits[i] * (1 << (i - 190));
    RangeCheck(64)(top - LOW_TOP - 1);
    RangeCheck(64)(HIGH_TOP - 1 - top);

    // 4. 8 h A = (2^254 + 1 + 2 (h + OFFSET)) 4A. Only points whose order divides 8 have a 4A with abscissa 0.
    signal (doubleX, doubleY) <== BabyDbl()(key[0], key[1]);
    signal (baseX, baseY) <== BabyDbl()(doubleX, doubleY);
    signal inverse <-- 1 / baseX;
    inverse * baseX === 1;
    signal base[2] <== Edwards2Montgomery()([baseX, baseY]);
    signal product[2] <== SignatureLadder(254)(bits, base);
    signal ordinateInverse <-- 1 / product[1];
    ordinateInverse * product[1] === 1;
    signal productEdwards[2] <== Montgomery2Edwards()(product);

    // 5. S B8 = R8 + 8 h A.
    signal (rightX, rightY) <== BabyAdd()(r8[0], r8[1], productEdwards[0], productEdwards[1]);
    signal left[2] <== EscalarMulFix(251, B8)(sBits);
    left[0] === rightX;
    left[1] === rightY;
}
