import { SCALAR_FIELD_ORDER } from '@assay/groth16/verifier';
import type { PolicyDocument } from '@assay/policy';
import { type SchemaDocument, schemaId } from '@assay/schema';
import type { FairnessPolicyDocument, PartitionsDocument, ReasonsDocument } from '@assay/statements';
import { VerifyError } from './error.ts';
import {
  asObject,
  decimalMember,
  decodeBase64,
  encodeBase64,
  integerMember,
  type JsonObject,
  onlyMembers,
  stringMember,
} from './json.ts';
import { BANK_PATTERN, bankOfScope, SCOPE_PATTERN } from './scope.ts';

/** What can be registered (docs/spec/archive.md, section 3). */
export const REGISTRATION_KINDS = [
  'bank-key',
  'schema',
  'policy',
  'partitions',
  'fairness-policy',
  'issuer-root',
  'revocation-root',
  'screening-root',
  'scope',
  'model',
  'slot',
] as const;
export type RegistrationKind = (typeof REGISTRATION_KINDS)[number];

/** A scope's rules: what its intakes are pinned to. */
export interface ScopeBody {
  readonly kind: 'scope';
  readonly scope: string;
  readonly schemaId: bigint;
  readonly policyHash: bigint;
  readonly partitionsHash: bigint;
  readonly fairnessPolicyHash: bigint;
  /** Slots that no model may read, 32 bits. */
  readonly prohibitedMask: number;
  /** Most withdrawals a window may have, in thousandths of its intakes. */
  readonly withdrawalCeilingPermille: number;
  /** Most referrals before a finding, in thousandths of a window's decisions. */
  readonly referralCeilingPermille: number;
  /** Seconds from admission to closing before a finding. */
  readonly closingDeadlineSeconds: number;
  /** Seconds for which a superseded tree root may still be used. */
  readonly rootGraceSeconds: number;
}

/** The model that decides in a scope. */
export interface ModelBody {
  readonly kind: 'model';
  readonly bank: string;
  readonly scope: string;
  readonly name: string;
  readonly version: string;
  readonly modelCommitment: bigint;
  /** Envelope digest of its archived conformance statement. */
  readonly conformance: string;
  /** What reasons of a decline are measured against and told as; without it a bank declares them. */
  readonly reasons?: ReasonsBody;
}

/** A reasons document with what it compiles to. */
export interface ReasonsBody {
  readonly schemaId: bigint;
  readonly document: ReasonsDocument;
  readonly baselineHash: bigint;
}

/** A period of a scope, milliseconds since 1970, `from` included and `to` not. */
export interface SlotBody {
  readonly kind: 'slot';
  readonly scope: string;
  readonly slot: number;
  readonly from: number;
  readonly to: number;
}

/** A registration's body, read. Documents are compiled by the registry. */
export type Registration =
  | { readonly kind: 'bank-key'; readonly bank: string; readonly publicKey: Uint8Array }
  | { readonly kind: 'schema'; readonly document: SchemaDocument }
  | {
      readonly kind: 'policy';
      readonly schemaId: bigint;
      readonly document: PolicyDocument;
      readonly policyHash: bigint;
    }
  | {
      readonly kind: 'partitions';
      readonly schemaId: bigint;
      readonly document: PartitionsDocument;
      readonly partitionsHash: bigint;
    }
  | {
      readonly kind: 'fairness-policy';
      readonly partitionsHash: bigint;
      readonly document: FairnessPolicyDocument;
      readonly fairnessPolicyHash: bigint;
    }
  | { readonly kind: 'issuer-root'; readonly root: bigint; readonly schemaId: bigint }
  | { readonly kind: 'revocation-root'; readonly root: bigint }
  | { readonly kind: 'screening-root'; readonly root: bigint }
  | ScopeBody
  | ModelBody
  | SlotBody;

/**
 * The name under which a registration is in force, one at a time. Documents and keys are named by what they are: there is
 * nothing that could replace them.
 */
export function registrationName(registration: Registration): string {
  return [registration.kind, ...nameParts(registration)].join(' ');
}

function nameParts(registration: Registration): readonly (string | number | bigint)[] {
  switch (registration.kind) {
    case 'bank-key':
      return [registration.bank, encodeBase64(registration.publicKey)];
    case 'schema':
      return [schemaId(registration.document)];
    case 'policy':
      return [registration.policyHash];
    case 'partitions':
      return [registration.partitionsHash];
    case 'fairness-policy':
      return [registration.fairnessPolicyHash];
    case 'issuer-root':
      return [registration.schemaId];
    case 'revocation-root':
    case 'screening-root':
      return [];
    case 'scope':
    case 'model':
      return [registration.scope];
    case 'slot':
      return [registration.scope, registration.slot];
  }
}

/** Reads a registration's kind and body. @throws VerifyError `malformed` */
export function parseRegistration(kind: string, body: JsonObject): Registration {
  const field = (name: string): bigint => decimalMember(body, name, 'body', SCALAR_FIELD_ORDER);
  const text = (name: string, pattern: RegExp): string => stringMember(body, name, 'body', pattern);
  const only = (...names: string[]): void => onlyMembers(body, names, 'body');
  switch (kind) {
    case 'bank-key': {
      only('bank', 'publicKey');
      const publicKey = decodeBase64(text('publicKey', /^.{44}$/), 'body.publicKey');
      if (publicKey.length !== 32) throw new VerifyError('malformed', 'body.publicKey is not 32 bytes');
      return { kind, bank: text('bank', BANK_PATTERN), publicKey };
    }
    case 'schema':
      only('document');
      return { kind, document: asObject(body.document, 'body.document') as unknown as SchemaDocument };
    case 'policy':
      only('schemaId', 'document', 'policyHash');
      return {
        kind,
        schemaId: field('schemaId'),
        document: asObject(body.document, 'body.document') as unknown as PolicyDocument,
        policyHash: field('policyHash'),
      };
    case 'partitions':
      only('schemaId', 'document', 'partitionsHash');
      return {
        kind,
        schemaId: field('schemaId'),
        document: asObject(body.document, 'body.document') as unknown as PartitionsDocument,
        partitionsHash: field('partitionsHash'),
      };
    case 'fairness-policy':
      only('partitionsHash', 'document', 'fairnessPolicyHash');
      return {
        kind,
        partitionsHash: field('partitionsHash'),
        document: asObject(body.document, 'body.document') as unknown as FairnessPolicyDocument,
        fairnessPolicyHash: field('fairnessPolicyHash'),
      };
    case 'issuer-root':
      only('root', 'schemaId');
      return { kind, root: field('root'), schemaId: field('schemaId') };
    case 'revocation-root':
    case 'screening-root':
      only('root');
      return { kind, root: field('root') };
    case 'scope':
      return parseScope(body, field);
    case 'model':
      return parseModel(body, field, text);
    case 'slot': {
      only('scope', 'slot', 'from', 'to');
      const latest = 8_640_000_000_000_000;
      return {
        kind,
        scope: text('scope', SCOPE_PATTERN),
        slot: integerMember(body, 'slot', 'body', 1, 1_000_000_000),
        from: integerMember(body, 'from', 'body', 0, latest),
        to: integerMember(body, 'to', 'body', 1, latest),
      };
    }
    default:
      throw new VerifyError('malformed', 'predicate.kind is not a kind of registration');
  }
}

function parseScope(body: JsonObject, field: (name: string) => bigint): ScopeBody {
  const elements = ['schemaId', 'policyHash', 'partitionsHash', 'fairnessPolicyHash'] as const;
  const integers = {
    prohibitedMask: 0xffff_ffff,
    withdrawalCeilingPermille: 1000,
    referralCeilingPermille: 1000,
    closingDeadlineSeconds: 1_000_000_000,
    rootGraceSeconds: 1_000_000_000,
  } as const;
  onlyMembers(body, ['scope', ...elements, ...Object.keys(integers)], 'body');
  const integer = (name: keyof typeof integers): number => integerMember(body, name, 'body', 0, integers[name]);
  return {
    kind: 'scope',
    scope: stringMember(body, 'scope', 'body', SCOPE_PATTERN),
    schemaId: field('schemaId'),
    policyHash: field('policyHash'),
    partitionsHash: field('partitionsHash'),
    fairnessPolicyHash: field('fairnessPolicyHash'),
    prohibitedMask: integer('prohibitedMask'),
    withdrawalCeilingPermille: integer('withdrawalCeilingPermille'),
    referralCeilingPermille: integer('referralCeilingPermille'),
    closingDeadlineSeconds: integer('closingDeadlineSeconds'),
    rootGraceSeconds: integer('rootGraceSeconds'),
  };
}

function parseModel(
  body: JsonObject,
  field: (name: string) => bigint,
  text: (name: string, pattern: RegExp) => string,
): ModelBody {
  onlyMembers(body, ['bank', 'scope', 'name', 'version', 'modelCommitment', 'conformance', 'reasons'], 'body');
  const name = /^[\x21-\x7e]{1,80}$/;
  const scope = text('scope', SCOPE_PATTERN);
  const bank = text('bank', BANK_PATTERN);
  if (bankOfScope(scope) !== bank) throw new VerifyError('malformed', 'body.scope is not a scope of body.bank');
  return {
    kind: 'model',
    bank,
    scope,
    name: text('name', name),
    version: text('version', name),
    modelCommitment: field('modelCommitment'),
    conformance: text('conformance', /^[0-9a-f]{64}$/),
    ...(body.reasons !== undefined && { reasons: parseReasons(asObject(body.reasons, 'body.reasons')) }),
  };
}

function parseReasons(body: JsonObject): ReasonsBody {
  onlyMembers(body, ['schemaId', 'document', 'baselineHash'], 'body.reasons');
  const field = (name: string): bigint => decimalMember(body, name, 'body.reasons', SCALAR_FIELD_ORDER);
  return {
    schemaId: field('schemaId'),
    document: asObject(body.document, 'body.reasons.document') as unknown as ReasonsDocument,
    baselineHash: field('baselineHash'),
  };
}
