// What the interface answers, as docs/openapi.yaml has it: members that the pages use.

export type Kind =
  | 'eligibility'
  | 'conformance'
  | 'decision'
  | 'manual-decision'
  | 'fairness'
  | 'withdrawal'
  | 'registration';
export type Result = 'accepted' | 'rejected' | 'pending';
export type VerdictName = 'UNUSED' | 'PASS' | 'FAIL' | 'INDETERMINATE';
export type KeyClass = 'development' | 'ceremony';

/** One partition's verdict of a fairness statement. */
export interface PartitionVerdict {
  readonly partition: number;
  readonly name: string;
  readonly verdict: VerdictName;
}

/** An entry as lists show it. */
export interface Statement {
  readonly index?: number;
  readonly digest: string;
  readonly result: Result;
  readonly kind?: Kind;
  readonly code?: string;
  readonly bank?: string;
  readonly scope?: string;
  readonly slot?: number;
  readonly window?: number;
  readonly subject?: string;
  readonly model?: string;
  readonly verdicts?: readonly PartitionVerdict[];
  readonly receivedAt: string;
  readonly registryHead?: string;
  readonly envelopeKept: boolean;
  readonly retention?: { readonly class: string; readonly until?: string; readonly prunedAt?: string };
}

export interface StatementPage {
  readonly statements: readonly Statement[];
  readonly nextCursor?: string;
}

/** One of the verifier's checks. */
export interface VerifierCheck {
  readonly name: string;
  readonly outcome: 'passed' | 'failed' | 'waits' | 'not-run';
  readonly code?: string;
}

/** What an envelope says, as the verifier reads it. */
export interface DecodedEnvelope {
  readonly predicateType: 'proof' | 'withdrawal' | 'registration';
  readonly keyId: string;
  readonly size?: number;
  readonly circuit?: string;
  readonly verificationKey?: string;
  readonly publicSignals?: readonly { readonly name: string; readonly value: string }[];
  readonly context?: Readonly<Record<string, unknown>>;
  readonly reason?: string;
  readonly registration?: {
    readonly kind: string;
    readonly body: Readonly<Record<string, unknown>>;
    readonly after?: string;
  };
}

/** An intake, and what ended it. */
export interface Closing {
  readonly applicantCommitment: string;
  readonly intakeIndex: number;
  readonly admittedAt: string;
  readonly dueAt: string;
  readonly overdue: boolean;
  readonly ending?: 'decision' | 'manual-decision' | 'withdrawal';
  readonly closingIndex?: number;
  readonly closedAt?: string;
  readonly referralIndex?: number;
}

export interface StatementDetail extends Statement {
  readonly keyClass: KeyClass;
  readonly checks: readonly VerifierCheck[];
  /** Base64. */
  readonly leaf?: string;
  readonly envelope?: DecodedEnvelope;
  readonly intake?: Closing;
  readonly links: {
    readonly self: string;
    readonly envelope?: string;
    readonly receipt?: string;
    readonly table?: string;
  };
}

/** A count among a window's intakes, and the ceiling that it must not pass. */
export interface Share {
  readonly count: number;
  readonly of: number;
  readonly ceilingPermille?: number;
  readonly over: boolean;
}

/** `pruned`: its envelopes were removed when their retention ended, and what they added up to is not known. */
export type WindowState = 'open' | 'incomplete' | 'ready' | 'proved' | 'pruned';

export interface WindowFairness {
  readonly closings: 'all' | 'manual';
  readonly index: number;
  readonly digest: string;
  readonly receivedAt?: string;
  readonly verdicts: readonly PartitionVerdict[];
}

export interface Window {
  readonly bank: string;
  readonly scope: string;
  readonly number: number;
  readonly firstSlot: number;
  readonly from: string;
  readonly to: string;
  readonly state: WindowState;
  readonly overdue: boolean;
  readonly totals: {
    readonly intakes: number;
    readonly open: number;
    readonly closed: number;
    readonly referred: number;
    readonly manual: number;
    readonly withdrawn: number;
  };
  readonly referrals: Share;
  readonly withdrawals: Share;
  readonly fairness: readonly WindowFairness[];
}

export interface WindowDetail extends Window {
  readonly treeSize: number;
  readonly rules?: {
    readonly schemaId: string;
    readonly policyHash: string;
    readonly partitionsHash: string;
    readonly fairnessPolicyHash: string;
    readonly closingDeadlineSeconds: number;
    readonly minimumTotal: number;
  };
}

export interface WindowPage {
  readonly windows: readonly Window[];
  readonly nextCursor?: string;
}

export interface Finding {
  readonly code: string;
  readonly bank?: string;
  readonly scope?: string;
  readonly index?: number;
  readonly digest?: string;
  readonly window?: number;
  readonly slot?: number;
  readonly reason?: string;
  readonly at?: string;
}

export interface FindingPage {
  readonly counts: Readonly<Record<string, number>>;
  readonly findings: readonly Finding[];
  readonly nextCursor?: string;
}

export interface Registration {
  readonly index: number;
  readonly digest: string;
  readonly kind: string;
  readonly name: string;
  readonly bank?: string;
  readonly scope?: string;
  /** Hex SHA-256 of the key that signed it. */
  readonly authority: string;
  readonly receivedAt: string;
  readonly inForce: boolean;
  readonly after?: string;
  readonly replacedBy?: string;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface RegistrationPage {
  readonly registrations: readonly Registration[];
  readonly nextCursor?: string;
}

export interface InForce {
  readonly scope: string;
  readonly at: number;
  readonly registryHead: string;
  readonly registrations: readonly Registration[];
}

export interface Archive {
  readonly origin: string;
  readonly verifierKey: string;
  readonly keyClass: KeyClass;
  readonly treeSize: number;
  /** Base64. */
  readonly rootHash: string;
  /** The signed note. */
  readonly checkpoint: string;
  readonly latestEntryAt?: string;
  readonly signatures: readonly { readonly name: string; readonly keyId: string; readonly byLog: boolean }[];
  readonly registryHead: string;
  readonly pending: number;
  readonly pruned: number;
  readonly index: { readonly size: number; readonly current: boolean };
  readonly scopes: readonly string[];
  readonly banks: readonly string[];
  readonly retention?: readonly { readonly kind: string; readonly class: string; readonly days: number }[];
}
