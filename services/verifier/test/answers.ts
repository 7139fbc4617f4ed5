import type {
  Archive,
  Closing,
  FindingPage,
  InForce,
  Registration,
  RegistrationPage,
  StatementDetail,
  StatementPage,
  WindowDetail,
  WindowPage,
} from '../console/src/api/types.ts';

type Links<Name extends string> = { readonly links: Readonly<Record<Name, string>> };

/**
 * What the operations of docs/openapi.yaml answer where they succeed, as far as tests look: bodies are held against the document itself,
 * which knows more of them (`documented`).
 */
export interface Answers {
  readonly getArchive: Archive;
  readonly getTrust: { readonly log: Readonly<Record<string, string>> };
  readonly getConsistencyProof: { readonly from: number; readonly to: number; readonly hashes: readonly string[] };
  readonly listStatements: StatementPage;
  readonly getStatement: StatementDetail & { readonly retention?: { readonly prunedAt?: string } };
  readonly getTable: object;
  readonly getReceipt: string;
  readonly listWindows: WindowPage;
  readonly getWindow: WindowDetail &
    Links<'closings'> & { readonly tally?: { readonly x: string; readonly y: string } };
  readonly listClosings: { readonly closings: readonly Closing[]; readonly nextCursor?: string };
  readonly listFindings: Omit<FindingPage, 'findings'> & {
    readonly findings: readonly (FindingPage['findings'][number] & Links<string>)[];
  };
  readonly listRegistrations: Omit<RegistrationPage, 'registrations'> & {
    readonly registrations: readonly (Registration & Links<'self' | 'statement'>)[];
  };
  readonly getRegistration: Registration;
  readonly getInForce: InForce;
  readonly verifyEnvelope: {
    readonly valid: boolean;
    readonly kind?: string;
    readonly archived?: number;
    readonly checks: StatementDetail['checks'];
  };
  readonly getCheckpoint: string;
  readonly getTile: string;
  readonly getBlob: object | string;
  readonly getEnvelope: object;
  readonly getOpenApi: object;
}

/** What any of them answers where it fails: RFC 9457. */
export interface Problem {
  readonly type: string;
  readonly violations?: readonly { readonly field: string }[];
}
