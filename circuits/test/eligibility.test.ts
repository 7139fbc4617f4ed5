import assert from 'node:assert/strict';
import { before, suite, test } from 'node:test';
import { FIELD_ORDER, type Fr, reduceFr, stringId } from '@assay/field';
import { checkWitness, type WitnessInput, type WitnessValue } from '@assay/groth16';
import { compilePolicy, evaluateCel } from '@assay/policy';
import {
  type CircuitInput,
  decodeSignals,
  type EligibilityClaim,
  type EligibilityOpening,
  eligibilityClaim,
  encodeSignals,
  issueCredential,
  type Role,
  signalNames,
} from '@assay/statements';
import { type CompiledStatement, loadStatement } from './artifacts.ts';
import {
  AUDIENCE,
  DOCUMENT_HASH,
  type EligibilityCase,
  eligibilityOpening,
  issuer,
  PLAIN_ELIGIBILITY,
  POLICY,
  SCHEMA,
  SECRETS,
  TODAY,
  TRUST,
} from './eligibility-samples.ts';
import { freeWires } from './free-wires.ts';

const PUBLIC = signalNames('eligibility');
/** Refused by a constraint of the statement itself: a public signal or a bit is not what it should be. */
const MAIN = /at Eligibility_\d+ line \d+$/;
const MAX_ID = (1n << 64n) - 1n;

function claimOf(change: Partial<EligibilityCase> = {}): EligibilityClaim {
  return eligibilityClaim(eligibilityOpening({ ...PLAIN_ELIGIBILITY, ...change }));
}

/** Replaces parts of an input: those of a list by index, all others as a whole. */
function changed(input: CircuitInput, change: CircuitInput): WitnessInput {
  return { ...input, ...change } as WitnessInput;
}

function element(input: CircuitInput, name: string, index: number, value: WitnessValue): CircuitInput {
  return { [name]: (input[name] as readonly WitnessValue[]).with(index, value) };
}

suite('eligibility', () => {
  let circuit: CompiledStatement;
  let plain: EligibilityClaim;
  before(async () => {
    circuit = await loadStatement('eligibility');
    plain = claimOf();
  });
  const accepts = ({ input }: EligibilityClaim): bigint[] => circuit.calculator.witness(input as WitnessInput);
  const refuses = (input: WitnessInput, place: RegExp): void =>
    assert.throws(
      () => circuit.calculator.witness(input),
      (error: Error & { code?: string }) => {
        assert.equal(error.code, 'WITNESS_REJECTED', error.message);
        assert.match(error.message, place);
        return true;
      },
    );
  /** The plain input with another part is refused there. */
  const refusesPart = (change: CircuitInput, place: RegExp): void => refuses(changed(plain.input, change), place);
  const refusesElement = (name: string, index: number, value: WitnessValue, place: RegExp): void =>
    refusesPart(element(plain.input, name, index, value), place);

  test('has the public signals of the specification, in its order', () => {
    const witness = accepts(plain);
    assert.equal(circuit.r1cs.publicInputs, PUBLIC.length);
    assert.equal(circuit.r1cs.publicOutputs, 0);
    assert.deepEqual(witness.slice(1, 1 + PUBLIC.length), encodeSignals('eligibility', plain.signals));
    assert.deepEqual(decodeSignals('eligibility', witness.slice(1, 1 + PUBLIC.length)), plain.signals);
    assert.equal(checkWitness(circuit.r1cs, witness), undefined);
  });

  test('fits a domain of 2^15 with its public signals', () => {
    assert.ok(circuit.r1cs.constraints.length + PUBLIC.length + 1 <= 1 << 15);
  });

  test('leaves no wire free but inverses of zero', () => {
    const free = freeWires(circuit.r1cs, accepts(plain)).map((wire) => circuit.symbols.namesOf.get(wire)![0]!);
    assert.deepEqual(
      free.filter((name) => !/IsZero\w*(\[\d\])?\.inv$/.test(name)),
      [],
    );
  });

  test('binds every public signal: no proof holds for another value', () => {
    const witness = accepts(plain);
    for (const [index, name] of PUBLIC.entries()) {
      const other = witness.with(1 + index, reduceFr(witness[1 + index]! + 1n));
      assert.notEqual(checkWitness(circuit.r1cs, other), undefined, name);
      // Another day within the validity of everything is another true statement; all others are false.
      if (name !== 'asOf') refuses(changed(plain.input, { [name]: other[1 + index]! }), /./);
    }
  });

  suite('the bit', () => {
    test('is the policy’s value, screening included', () => {
      assert.equal(plain.eligible, true);
      const young = PLAIN_ELIGIBILITY.attributes.with(16, 17n);
      const poor = PLAIN_ELIGIBILITY.attributes.with(1, 5_000n);
      const other = poor.with(2, 7n);
      const banned = PLAIN_ELIGIBILITY.attributes.with(17, 9n);
      for (const [attributes, eligible] of [
        [young, false],
        [poor, false],
        [other, true],
        [banned, false],
      ] as const) {
        const claim = claimOf({ attributes });
        accepts(claim);
        assert.equal(claim.eligible, eligible);
        assert.equal(evaluateCel(POLICY.cel, SCHEMA, attributes, POLICY.sets), eligible);
      }
      const listed = claimOf({ trust: { ...TRUST, screenedDocuments: [DOCUMENT_HASH] } });
      accepts(listed);
      assert.equal(listed.eligible, false);
    });

    test('can be neither overstated nor understated', () => {
      const lies = [plain, claimOf({ attributes: PLAIN_ELIGIBILITY.attributes.with(16, 17n) })];
      const [truth, lie] = lies.map(({ signals }) => signals.eligibilityCommitment) as [Fr, Fr];
      assert.notEqual(truth, lie);
      const { subject, salt } = PLAIN_ELIGIBILITY;
      const stated = (claim: EligibilityClaim, value: Fr): void =>
        refuses(changed(claim.input, { eligibilityCommitment: value, subject, salt }), MAIN);
      stated(lies[0]!, lie);
      stated(lies[1]!, truth);
    });

    test('screening: neither is a listed document absent, nor one that is not listed present', () => {
      const listed = claimOf({ trust: { ...TRUST, screenedDocuments: [...TRUST.screenedDocuments, DOCUMENT_HASH] } });
      const leaf = (of: EligibilityClaim): CircuitInput =>
        Object.fromEntries(Object.entries(of.input).filter(([name]) => /^screening(Value|Next|Children)$/.test(name)));
      refuses(changed(listed.input, leaf(plain)), MAIN); // of another tree
      refuses(changed(plain.input, leaf(listed)), MAIN);
      const neighbour = claimOf({ documentHash: DOCUMENT_HASH - 8n, trust: listedTrust(listed) });
      refuses(changed(listed.input, leaf(neighbour)), /IndexedLookup/); // of this tree: a leaf below it
      const above = claimOf({ documentHash: DOCUMENT_HASH + 1n, trust: listedTrust(listed) });
      refuses(changed(listed.input, leaf(above)), /IndexedLookup/); // and one above it
    });

    function listedTrust(_: EligibilityClaim): EligibilityCase['trust'] {
      return { ...TRUST, screenedDocuments: [...TRUST.screenedDocuments, DOCUMENT_HASH] };
    }
  });

  suite('credentials', () => {
    test('refuses a signature of anything else', () => {
      const input = plain.input;
      const ss = input.signatureS as readonly bigint[];
      const r8 = input.signatureR8 as readonly WitnessValue[];
      refusesElement('signatureS', 0, ss[0]! + 1n, /Signature/);
      refusesPart({ signatureS: [ss[1]!, ss[0]!], signatureR8: [r8[1]!, r8[0]!] }, /Signature/);
      for (const role of [0, 1]) {
        refusesElement('validFrom', role, BigInt(TODAY - 5), /Signature/);
        refusesElement('validUntil', role, BigInt(TODAY + 5), /Signature/);
        refusesElement('mask', role, 1n << (role === 0 ? 16n : 0n), /Signature|Submask/);
      }
      refusesElement('credentialId', 0, 78n, /Signature/);
      refusesPart({ documentHash: DOCUMENT_HASH + 2n }, /Signature/);
    });

    test('refuses attested attributes that differ, and takes others as they are', () => {
      const { attributes } = PLAIN_ELIGIBILITY;
      const other = claimOf({ attributes: attributes.with(30, 1n).with(31, 2n) });
      accepts(other);
      for (const slot of [0, 15, 16, 27]) {
        const lie = attributes.with(slot, attributes[slot]! + 1n);
        refuses(changed(plain.input, { attributes: lie, ...commitmentTo(lie) }), /Signature/);
      }
    });

    function commitmentTo(attributes: readonly bigint[]): CircuitInput {
      return { applicantCommitment: claimOf({ attributes }).signals.applicantCommitment };
    }

    test('refuses a second credential of another subject, bank or document', () => {
      const mine = eligibilityOpening(PLAIN_ELIGIBILITY).credentials.financial;
      const { issuerKey: _, signature, schemaId: __, mask: ___, ...content } = mine;
      const others = [
        { ...content, subject: (content.subject + 1n) % FIELD_ORDER },
        { ...content, audience: stringId('other bank') },
        { ...content, documentHash: stringId('other document') },
      ];
      for (const other of others) {
        const forged = issueCredential({ schema: SCHEMA, role: 'financial', ...other }, SECRETS.financial).signature;
        assert.notEqual(forged.s, signature.s);
        const r8 = element(plain.input, 'signatureR8', 1, [forged.r8.x, forged.r8.y]);
        refusesPart({ ...r8, ...element(plain.input, 'signatureS', 1, forged.s) }, /Signature/);
      }
    });

    test('are in force from their first day to their last, and so are their issuers', () => {
      const days = { identity: [TODAY, TODAY], financial: [TODAY, TODAY] } as const;
      const issuers = [
        issuer('identity', { validFrom: TODAY, validUntil: TODAY }),
        issuer('financial', { validFrom: TODAY, validUntil: TODAY }),
      ];
      accepts(claimOf({ validity: days, trust: { ...TRUST, issuers } }));
      const long = [TODAY - 900, TODAY + 900] as const;
      const cases: Partial<EligibilityCase>[] = [
        { validity: { ...days, identity: long }, trust: TRUST },
        { validity: { ...days, financial: long }, trust: TRUST },
        {
          validity: { identity: long, financial: long },
          trust: { ...TRUST, issuers: [issuers[0]!, issuer('financial')] },
        },
        {
          validity: { identity: long, financial: long },
          trust: { ...TRUST, issuers: [issuer('identity'), issuers[1]!] },
        },
      ];
      for (const one of cases) {
        const { input } = claimOf(one);
        for (const asOf of [TODAY - 1, TODAY + 1]) refuses(changed(input, { asOf: BigInt(asOf) }), /InForce/);
      }
    });

    test('have days of 20 bits', () => {
      for (const asOf of [1n << 20n, FIELD_ORDER - 1n]) refusesPart({ asOf }, /RangeCheck/);
    });
  });

  suite('issuers', () => {
    /** The plain applicant's input with everything about issuers from an input under other issuers. */
    const underIssuers = (issuers: EligibilityCase['trust']['issuers'], opening: EligibilityOpening): WitnessInput => {
      const trust = eligibilityOpening({ ...PLAIN_ELIGIBILITY, trust: { ...TRUST, issuers } }).trust;
      return eligibilityClaim({ ...opening, trust }).input as WitnessInput;
    };
    const inPlainTree = (input: WitnessInput): WitnessInput => {
      const { issuerChildren, issuerTop, issuerRoot } = plain.input;
      return { ...input, issuerChildren, issuerTop, issuerRoot } as WitnessInput;
    };
    const opening = eligibilityOpening(PLAIN_ELIGIBILITY);

    test('that are not in the tree are refused', () => {
      const key = eligibilityOpening(PLAIN_ELIGIBILITY).credentials.financial.issuerKey;
      const { issuerKey: _, signature: __, mask: ___, schemaId: ____, ...content } = opening.credentials.identity;
      const stranger = issueCredential({ schema: SCHEMA, role: 'identity', ...content }, SECRETS.stranger);
      const credentials = { ...opening.credentials, identity: stranger };
      const strangers = [issuer('identity', { publicKey: stranger.issuerKey }), issuer('financial')];
      refuses(inPlainTree(underIssuers(strangers, { ...opening, credentials })), /ChildOf8/);

      // Known, but for another role: the financial issuer signs as if it were the identity issuer.
      const impostor = issueCredential({ schema: SCHEMA, role: 'identity', ...content }, SECRETS.financial);
      const posing = { ...opening, credentials: { ...opening.credentials, identity: impostor } };
      const roles = [issuer('identity', { publicKey: key }), issuer('financial')];
      refuses(inPlainTree(underIssuers(roles, posing)), /ChildOf8/);
    });

    test('sign within their leaf: schema, slots and validity are part of it', () => {
      const changes = [{ allowedMask: 0xffff_ffffn }, { validFrom: TODAY - 901 }, { validUntil: TODAY + 901 }];
      for (const change of changes) {
        const input = underIssuers([issuer('identity', change), issuer('financial')], opening);
        refuses(inPlainTree(input), /ChildOf8/);
      }
      const allowed = PLAIN_ELIGIBILITY.trust.issuers[0]!.allowedMask;
      refusesElement('allowedMask', 0, allowed & ~(1n << 20n), /Submask/);
      refusesElement('allowedMask', 0, allowed + (1n << 32n), /Num2Bits/);
    });

    test('may stand anywhere in the tree', () => {
      const fill = (count: number): EligibilityCase['trust']['issuers'] =>
        Array.from({ length: count }, (_, k) => issuer('financial', { validUntil: TODAY + 901 + k }));
      const last = fill(62);
      accepts(claimOf({ trust: { ...TRUST, issuers: [issuer('identity'), ...last, issuer('financial')] } }));
      accepts(claimOf({ trust: { ...TRUST, issuers: [...last, issuer('financial'), issuer('identity')] } }));
    });

    test('of an empty tree, or of no tree, are refused', () => {
      const zeros = new Array<bigint>(8).fill(0n);
      refusesPart({ issuerChildren: [zeros, zeros], issuerTop: zeros }, /ChildOf8/);
      refusesPart({ issuerRoot: 0n }, MAIN);
    });
  });

  suite('revocation', () => {
    test('takes the smallest and largest ids, and lists without an entry', () => {
      accepts(claimOf({ credentialIds: { identity: 1n, financial: MAX_ID - 1n } }));
      accepts(
        claimOf({ trust: { ...TRUST, revokedCredentials: [] }, credentialIds: { identity: 1n, financial: MAX_ID } }),
      );
    });

    test('refuses a revoked credential whichever leaf is shown for it', () => {
      const ids = { identity: 901n, financial: 1_000n };
      const input = claimOf({ credentialIds: ids }).input;
      // The signature of 900, which is revoked, on the input of its neighbour 901.
      const revoked = issueOf('identity', 900n);
      const signed = {
        ...element(input, 'credentialId', 0, 900n),
        ...element(input, 'signatureS', 0, revoked.s),
        ...element(input, 'signatureR8', 0, [revoked.r8.x, revoked.r8.y]),
      };
      refuses(changed(input, signed), MAIN); // its own leaf (900, 1500): present
      for (const id of [6n, 1_501n]) {
        const donor = claimOf({ credentialIds: { ...ids, identity: id } }).input; // leaves (5, 900) and (1500, max)
        const leaf = ['revocationValue', 'revocationNext', 'revocationChildren'].map((name) =>
          element(input, name, 0, (donor[name] as readonly WitnessValue[])[0]!),
        );
        refuses(changed(input, Object.assign({}, signed, ...leaf)), /IndexedLookup/);
      }
      // A leaf that skips it is in no registered tree.
      refuses(changed(input, { ...signed, ...element(input, 'revocationValue', 0, 5n) }), /ChildOf8/);
      refuses(changed(input, { ...signed, ...element(input, 'revocationNext', 0, 0n) }), /ChildOf8/);
    });

    function issueOf(role: Role, credentialId: bigint) {
      return eligibilityOpening({
        ...PLAIN_ELIGIBILITY,
        credentialIds: { ...PLAIN_ELIGIBILITY.credentialIds, [role]: credentialId },
      }).credentials[role].signature;
    }
  });

  suite('policy', () => {
    test('refuses credentials that leave out what has to be attested', () => {
      // Slot 30 is nobody's; slot 0 is the financial issuer's.
      for (const [mask, slot] of [
        ['attestedMask', 30],
        ['identityMask', 0],
      ] as const) {
        refusesPart({ [mask]: (plain.input[mask] as bigint) | (1n << BigInt(slot)) }, /Submask/);
        refusesPart({ [mask]: (plain.input[mask] as bigint) + (1n << 32n) }, /Submask/);
      }
    });

    test('covers every parameter by its hash', () => {
      const scalars = ['attestedMask', 'identityMask', 'ordinalMax', 'shape'];
      for (const name of scalars) {
        const value = plain.input[name] as bigint;
        // Within what the other constraints allow: fewer slots, one ordinal more, another slot of an unused clause.
        const other = name === 'ordinalMax' ? value + 1n : name === 'shape' ? value + (1n << 110n) : 0n;
        refusesPart({ [name]: other }, MAIN);
      }
      for (const name of ['a', 'b', 'lo', 'hi']) {
        const last = (plain.input[name] as readonly bigint[])[11]!;
        refusesElement(name, 11, last + 1n, MAIN);
      }
      refusesElement('setRoot', 0, 0n, /PolicyValue/);
    });

    test('permits ordinals up to its largest', () => {
      for (const ordinal of [0, 4]) accepts(claimOf({ ordinal }));
      accepts(claimOf({ ordinal: 65_535, policy: { ...POLICY, ordinalMax: 65_535 } }));
      for (const ordinal of [5n, 65_536n, FIELD_ORDER - 1n]) refusesPart({ ordinal }, /RangeCheck/);
    });

    test('of another schema is another policy, although its text is the same', () => {
      const schemaId = (SCHEMA.id + 1n) as Fr;
      refusesPart({ schemaId }, /./);
      assert.notEqual(compilePolicy(POLICY, { ...SCHEMA, id: schemaId }).policyHash, plain.signals.policyHash);
    });
  });

  test('refuses an attribute of 2^40 whose carry leaves the packed word, and so C, as it was', () => {
    const attributes = PLAIN_ELIGIBILITY.attributes.with(30, (1n << 40n) + 130n).with(31, 130n);
    refusesPart({ attributes }, /PackAttributes/);
    refusesPart({ attributes: attributes.with(30, reduceFr(-1n)) }, /PackAttributes/);
  });

  test('depends on the bank, the scope, the ordinal and the subject, and on nothing else, for its nullifier', () => {
    const others = [{ salt: 1n as Fr }, { attributes: PLAIN_ELIGIBILITY.attributes.with(31, 5n) }];
    for (const other of others) assert.equal(claimOf(other).signals.nullifier, plain.signals.nullifier);
    assert.notEqual(claimOf({ ordinal: 3 }).signals.nullifier, plain.signals.nullifier);
    assert.notEqual(claimOf({ subject: 9n as Fr }).signals.nullifier, plain.signals.nullifier);
    assert.notEqual(plain.signals.audience, stringId('other bank'));
    assert.equal(plain.signals.audience, AUDIENCE);
  });
});
