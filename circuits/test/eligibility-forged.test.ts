import assert from 'node:assert/strict';
import { before, suite, test } from 'node:test';
import { FIELD_ORDER, poseidon, SUBGROUP_ORDER } from '@assay/field';
import type { WitnessInput } from '@assay/groth16';
import { type Credential, credentialMessage, eligibilityClaim } from '@assay/statements';
import { type CompiledStatement, loadStatement } from './artifacts.ts';
import { type EligibilityCase, eligibilityOpening, PLAIN_ELIGIBILITY } from './eligibility-samples.ts';
import { Forger } from './forger.ts';
import { assertRefused, assertRefusedBy } from './refused.ts';

const SIGNATURE = 'Credential_*[0].Signature_*';
const LADDER = `${SIGNATURE}.SignatureLadder_*`;
const POLICY = 'PolicyValue_*';
// As in circuits/lib/signature.circom.
const OFFSET = 574155819724977287348030823778388141763728763667049420668988134227319346733n;

/** Ineligible: clause 0 of the policy, x16 >= 18, fails by one. */
const YOUNG: EligibilityCase = { ...PLAIN_ELIGIBILITY, attributes: PLAIN_ELIGIBILITY.attributes.with(16, 17n) };

suite('forged witnesses of an intake', () => {
  let circuit: CompiledStatement;
  let eligible: Forger;
  let ineligible: Forger;
  let commitments: readonly [to0: Map<string, bigint>, to1: Map<string, bigint>];
  const witnessOf = (sample: EligibilityCase): bigint[] =>
    circuit.calculator.witness(eligibilityClaim(eligibilityOpening(sample)).input as WitnessInput);
  const forgerOf = (sample: EligibilityCase): Forger => new Forger(circuit.r1cs, circuit.symbols, witnessOf(sample));
  before(async () => {
    circuit = await loadStatement('eligibility');
    const witnesses = [witnessOf(YOUNG), witnessOf(PLAIN_ELIGIBILITY)] as const;
    ineligible = new Forger(circuit.r1cs, circuit.symbols, witnesses[0]);
    eligible = new Forger(circuit.r1cs, circuit.symbols, witnesses[1]);
    const commitment = ['EligibilityCommitment_*', 'eligibilityCommitment'];
    commitments = [eligible.graft(witnesses[0], ...commitment), ineligible.graft(witnesses[1], ...commitment)];
  });
  // From the commitment down to the clauses. A lie about one is told about those before it too, so that it alone is refused.
  const WAY = ['eligible', 'policyValue', `${POLICY}.satisfied[0]`, `${POLICY}.noneFails[0]`];
  const flipped = (forger: Forger, changes: ReadonlyMap<string, bigint>) => {
    const [lie, commitment] = forger === eligible ? [0n, commitments[0]] : [1n, commitments[1]];
    const from = WAY.findIndex((signal) => changes.has(signal));
    const told = from < 0 ? WAY : WAY.slice(0, from);
    // Hints of the tests for zero that have to give the other answer: a clause fails, a conjunction is satisfied.
    const hint = `${POLICY}.IsZero_*${forger === eligible ? '[0]' : ''}.inv`;
    const hints = from < 0 || (forger === ineligible && from > 1) ? [[hint, 1n] as const] : [];
    return forger.forge(
      new Map([...commitment, ...hints, ...told.map((signal) => [signal, lie] as const), ...changes]),
    );
  };
  const flip = (forger: Forger, signal: string, culprit: RegExp): void =>
    assertRefusedBy(flipped(forger, new Map([[signal, 1n - forger.value(signal)]])), culprit);
  /** A change of one signal, all others following from it. */
  const off = (forger: Forger, signal: string, culprit: RegExp, by = 1n): void =>
    assertRefused(forger.forge({ [signal]: forger.value(signal) + by }), culprit);

  suite('the bit', () => {
    test('flipped at any step from the clauses to the commitment', () => {
      for (const forger of [eligible, ineligible]) {
        flip(forger, 'eligible', /^(eligible|hit|policyValue)$/);
        flip(forger, 'policyValue', /policyValue|IsZero/);
        flip(forger, `${POLICY}.noneFails[0]`, /noneFails\[0\]/);
        flip(forger, `${POLICY}.fails[0][0]`, /fails\[0\]\[0\]/);
        flip(forger, `${POLICY}.holds[0]`, /holds\[0\]/);
      }
    });

    test('a comparison whose bits are those of another difference', () => {
      const claimed = (forger: Forger, difference: bigint): void => {
        const bits = forger.bits(`${POLICY}.IntervalClause_*[0].below`, difference + 2n ** 85n, 86);
        assertRefused(flipped(forger, bits), /IntervalClause_\*\[0\]\.below/);
      };
      claimed(ineligible, 0n); // 17 - 18 as if it were 0
      claimed(eligible, -1n);
      const bit = `${POLICY}.IntervalClause_*[0].below[7]`;
      assertRefused(eligible.forge({ [bit]: 2n }), /below\[7\]/);
    });

    test('another attribute than the one that the policy names', () => {
      off(ineligible, `${POLICY}.IntervalClause_*[0].first`, /first|node|sum|product/);
      off(eligible, `${POLICY}.SetClause_*[0].selected`, /selected|node/);
      off(eligible, `${POLICY}.IntervalClause_*[0].sum`, /IntervalClause_\*\[0\]/);
    });

    test('a bit of the policy that is not boolean, or another one', () => {
      assertRefusedBy(eligible.forge({ [`${POLICY}.bits[0]`]: 2n }), /PolicyValue_\*/);
      assertRefused(eligible.forge({ [`${POLICY}.bits[144]`]: 0n }), /bits\[/);
      off(eligible, `${POLICY}.hash.state[2]`, /hash/);
    });

    test('a member that is called absent, or the reverse', () => {
      off(eligible, `${POLICY}.SetClause_*[0].present`, /SetClause_\*\[0\]/, -1n);
      off(eligible, `${POLICY}.SetClause_*[1].present`, /SetClause_\*\[1\]/);
      off(eligible, `${POLICY}.SetClause_*[0].root`, /SetClause_\*\[0\]/);
      off(eligible, `${POLICY}.empty[0]`, /empty\[0\]/);
      off(eligible, `${POLICY}.empty[3]`, /empty\[3\]/, -1n);
    });

    test('a screening hit that there is not', () => {
      assertRefused(eligible.forge({ hit: 1n }), /^hit$/);
      off(eligible, 'IndexedLookup_*.last', /last/);
      off(eligible, 'IndexedLookup_*.gapBelow', /gapBelow/);
      off(eligible, 'IndexedLookup_*.bounded', /bounded/);
      off(eligible, 'IndexedLookup_*.gapAbove', /gapAbove/);
    });
  });

  suite('trees', () => {
    test('a leaf beside its parent, a parent beside the root', () => {
      off(eligible, 'issuerLeaf[0]', /ChildOf8/);
      off(eligible, 'revocationNode[1]', /ChildOf8/);
      off(eligible, 'IndexedLookup_*[0].leaf', /ChildOf8/);
      off(eligible, 'IndexedLookup_*.leaf', /ChildOf8/);
      for (const level of [1, 5]) off(eligible, `IndexedLookup_*.MerkleRoot8_*.node[${level}]`, /ChildOf8|MerkleRoot8/);
    });

    test('a product of differences that is not the product', () => {
      const product = 'IndexedLookup_*.MerkleRoot8_*.ChildOf8_*[2].product[3]';
      off(eligible, product, /ChildOf8_\*\[2\]/);
    });

    test('a leaf or a sibling of its own making', () => {
      const own = { screeningValue: 'IndexedLookup_*.leaf', 'revocationNext[1]': 'IndexedLookup_*[1].leaf' };
      // As if the hash had come out right, so that the tree alone refuses it.
      for (const [signal, leaf] of Object.entries(own)) {
        const forgery = eligible.forge({ [signal]: eligible.value(signal) + 1n, [leaf]: eligible.value(leaf) + 1n });
        assertRefused(forgery, /ChildOf8/);
      }
      for (const [signal, node] of [
        ['screeningChildren[0][7]', 'IndexedLookup_*.MerkleRoot8_*.node[1]'],
        ['revocationChildren[0][2][7]', 'IndexedLookup_*[0].MerkleRoot8_*.node[3]'],
      ] as const) {
        const changes = { [signal]: eligible.value(signal) + 1n };
        assertRefused(eligible.forge({ ...changes, [node]: eligible.value(node) }), /NodeHash8/);
        assertRefused(eligible.forge({ ...changes, [node]: eligible.value(node) + 1n }), /ChildOf8/);
      }
    });
  });

  suite('credentials', () => {
    test('a mask with another bit, or one that is not boolean', () => {
      const forge = (changes: Record<string, bigint>): void =>
        assertRefused(eligible.forge(changes), /maskBits|Submask|allowed/);
      forge({ 'maskBits[0][2]': 1n });
      forge({ 'maskBits[0][20]': 0n });
      forge({ 'maskBits[1][4]': 2n });
      forge({ 'Credential_*[0].allowed[5]': 2n });
      forge({ 'Credential_*[0].allowed[5]': 1n });
      off(eligible, 'Credential_*[0].masked[20]', /masked\[20\]/);
    });

    test('attested slots that are not', () => {
      const signals = ['attested[16]', 'identified[17]', 'union[16]'].filter((signal) => eligible.has(signal));
      assert.equal(signals.length, 3);
      for (const signal of signals) assertRefused(eligible.forge({ [signal]: 0n }), /attested|identified|union/);
      assertRefused(eligible.forge({ 'attested[30]': 1n }), /attested\[30\]|union\[30\]/);
      assertRefused(eligible.forge({ 'union[30]': 1n }), /union\[30\]/);
    });

    test('a message or challenge that is not the hash', () => {
      off(eligible, 'Credential_*[0].message', /Signature|Poseidon/);
      off(eligible, `${SIGNATURE}.challenge`, /challenge|Poseidon/);
    });

    test('slopes, inverses and sums of the signature that are off by one', () => {
      for (const [signal, culprit] of [
        [`${LADDER}.sumSlope[100]`, /sumSlope\[100\]/],
        [`${LADDER}.chord[100]`, /chord\[100\]/],
        [`${LADDER}.sumAbscissa[253]`, /sumAbscissa\[253\]/],
        [`${LADDER}.acc[253][0]`, /acc\[253\]/],
        [`${LADDER}.signedOrdinate[9]`, /signedOrdinate\[9\]/],
        [`${LADDER}.inverse[0][0]`, /inverse\[0\]\[0\]/],
        [`${LADDER}.inverse[4][1]`, /inverse\[4\]\[1\]/],
        [`${LADDER}.MontgomeryDouble_*.lamda`, /lamda/],
        [`${SIGNATURE}.inverse`, /Signature_\*\.inverse/],
        [`${SIGNATURE}.ordinateInverse`, /ordinateInverse/],
        [`${SIGNATURE}.base[0]`, /base\[0\]/],
        [`${SIGNATURE}.base[1]`, /base\[1\]/],
        [`${SIGNATURE}.baseX`, /baseX/],
        [`${SIGNATURE}.productEdwards[0]`, /productEdwards\[0\]/],
        [`${SIGNATURE}.productEdwards[1]`, /productEdwards\[1\]/],
        [`${SIGNATURE}.rightX`, /rightX/],
        [`${SIGNATURE}.sBits[3]`, /sBits\[3\]/],
        [`${SIGNATURE}.bits[3]`, /bits\[3\]/],
      ] as const) {
        off(eligible, signal, culprit);
      }
    });

    test('a scalar beyond l, with which the equation holds', () => {
      const { sample, credential } = identityWhere(({ signature }) => (signature.s + SUBGROUP_ORDER) >> 251n === 0n);
      const forger = forgerOf(sample);
      const alias = credential.signature.s + SUBGROUP_ORDER;
      const changes = forger.bits(`${SIGNATURE}.sBits`, alias, 251).set('signatureS[0]', alias);
      // Its equation holds, for l B8 is the identity: the 64 highest bits alone refuse it.
      const forgery = forger.forge(changes);
      assertRefused(forgery, /Signature_\*\.RangeCheck/);
    });

    test('a challenge decomposed as another integer', () => {
      for (const shift of [FIELD_ORDER, -FIELD_ORDER]) {
        const fits = (credential: Credential): boolean => {
          const alias = shiftedChallenge(credential) + shift;
          return alias >= 0n && alias >> 254n === 0n;
        };
        const { sample, credential } = identityWhere(fits);
        const forger = forgerOf(sample);
        const bits = forger.bits(`${SIGNATURE}.bits`, shiftedChallenge(credential) + shift, 254);
        assertRefused(forger.forge(bits), /Signature_\*\.RangeCheck/);
      }
    });

    function shiftedChallenge(credential: Credential): bigint {
      const { issuerKey, signature } = credential;
      const message = credentialMessage(credential);
      return poseidon([signature.r8.x, signature.r8.y, issuerKey.x, issuerKey.y, message]) + OFFSET;
    }

    /** Tries credential ids until the identity credential's signature is of the kind that is needed. */
    function identityWhere(fits: (credential: Credential) => boolean): {
      sample: EligibilityCase;
      credential: Credential;
    } {
      for (let id = 2_000n; ; id++) {
        const credentialIds = { ...PLAIN_ELIGIBILITY.credentialIds, identity: id };
        const sample = { ...PLAIN_ELIGIBILITY, credentialIds };
        const credential = eligibilityOpening(sample).credentials.identity;
        if (fits(credential)) return { sample, credential };
      }
    }
  });

  suite('ranges', () => {
    test('a bit of an attribute that is not boolean', () => {
      assertRefusedBy(eligible.forge({ 'attributeBits[9][3]': 2n }), /attributeBits\[9\]/);
    });

    test('an attribute of 2^40 and more whose carry leaves the packed word as it was', () => {
      const forged = eligible.forge({
        'attributes[30]': eligible.value('attributes[30]') + 2n ** 40n,
        'attributes[31]': eligible.value('attributes[31]') - 1n,
      });
      assertRefusedBy(forged, /attribute(s|Bits)\[3[01]\]/);
    });

    test('days, ids and ordinals beyond theirs', () => {
      assertRefused(eligible.forge({ asOf: 2n ** 20n + 20_000n }), /RangeCheck/);
      assertRefused(eligible.forge({ ordinal: 2n ** 16n, ordinalMax: 2n ** 16n }), /RangeCheck/);
      assertRefused(eligible.forge({ ordinal: 5n }), /RangeCheck/);
      assertRefused(eligible.forge({ ordinal: -1n }), /RangeCheck/);
      assertRefused(eligible.forge({ 'credentialId[0]': 2n ** 64n + 77n }), /RangeCheck/);
      assertRefused(eligible.forge({ documentHash: 2n ** 248n }), /RangeCheck/);
      assertRefused(eligible.forge({ 'validUntil[1]': 19_999n }), /InForce/);
      assertRefused(eligible.forge({ 'issuerValidFrom[0]': 20_001n }), /InForce/);
    });
  });

  suite('commitments', () => {
    test('another C, commitment, nullifier or root for the same witness', () => {
      for (const name of [
        'applicantCommitment',
        'eligibilityCommitment',
        'nullifier',
        'credentialNullifier',
        'policyHash',
        'issuerRoot',
        'revocationRoot',
        'screeningRoot',
      ]) {
        off(eligible, name, new RegExp(`^${name}$`));
      }
    });

    test('another subject, scope or audience cannot keep what hangs on it', () => {
      const pinned = (signal: string, kept: string, hash: RegExp): void =>
        assertRefused(eligible.forge({ [signal]: eligible.value(signal) + 1n, [kept]: eligible.value(kept) }), hash);
      pinned('subject', 'nullifier', /^Nullifier/);
      pinned('scope', 'nullifier', /^Nullifier/);
      pinned('ordinal', 'nullifier', /^Nullifier/);
      pinned('credentialId[1]', 'credentialNullifier', /^CredentialNullifier/);
      pinned('salt', 'applicantCommitment', /^ApplicantCommitment/);
      pinned('salt', 'eligibilityCommitment', /^EligibilityCommitment/);
      off(eligible, 'audience', /^Credential_/);
      off(eligible, 'subject', /^Credential_/);
    });
  });
});
