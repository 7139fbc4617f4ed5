import { verifier } from '@assay/contracts';
import { encodeProof, type ProvingEngine } from '@assay/groth16';
import { ProvingError } from '@assay/proving';
import { type RpcClient, RpcError } from '@assay/rpc';
import { encodeReasonsSignals, OTHER_REASON, openingKey, reasonsClaim } from '@assay/statements';
import { formatNotice, type NoticeEntry, type NoticeReasons, type ReasonsBasis, Registrations } from '@assay/verify';
import { hexToBytes } from '@noble/hashes/utils.js';
import type { ApplicationRow, ApplicationStore, StoredClosing } from './application-store.ts';
import { declineReasons, saidBasis } from './decline-reasons.ts';
import { heldTo } from './held-to.ts';
import type { InForce, RegistryReader } from './in-force.ts';
import type { InstalledModel, ModelStore } from './model-store.ts';
import type { ApplicationOpening } from './opening.ts';

/** What notices are made of. */
export interface NoticeContext {
  readonly store: ApplicationStore;
  readonly models: ModelStore;
  readonly registry: RegistryReader;
  readonly log: RpcClient<typeof verifier.VerifierServiceService>;
  readonly registrations: RpcClient<typeof verifier.RegistryServiceService>;
  /** Proves reasons. */
  readonly reasonsEngine: ProvingEngine;
  /** What it has keys for. */
  readonly reasonsCircuits: ReadonlySet<string>;
  readonly bank: string;
  /** Raw Ed25519 key of the envelopes. */
  readonly envelopeKey: Uint8Array;
}

/**
 * The notice of a decided application. Reasons that the score gives are proved for it, now: the proof goes to the applicant and
 * nowhere else.
 *
 * @throws RpcError `NOT_FOUND`, `FAILED_PRECONDITION`; of the verifier's services
 */
export async function decisionNotice(id: string, context: NoticeContext): Promise<Uint8Array> {
  const { store, bank } = context;
  const { application, opening, closing, digest } = decided(id, store);
  const commitment = BigInt(application.commitment!);
  const inForce = await heldTo(application, context);
  if (inForce === undefined) throw cannotMake('the scope is not registered', 'SCOPE_UNKNOWN');
  const declined = closing.outcome === 'declined';
  const [decision, bankKey, model, reasons] = await Promise.all([
    loggedEntry(hexToBytes(digest), context),
    bankKeyDigest(context).then((key) => loggedEntry(key, context)),
    modelDigest(application, context).then((found) => found && loggedEntry(found, context)),
    declined ? noticeReasons(application, opening, closing, inForce, context) : undefined,
  ]);
  return formatNotice({
    bank,
    scope: application.scope,
    outcome: declined ? 'declined' : 'approved',
    applicantCommitment: commitment,
    openingKey: openingKey(opening.applicant.subject, commitment),
    decision,
    bankKey,
    ...(model && { model }),
    ...(reasons && { reasons }),
  });
}

interface Decided {
  readonly application: ApplicationRow;
  readonly opening: ApplicationOpening;
  readonly closing: StoredClosing;
  /** Hex digest of the closing's envelope. */
  readonly digest: string;
}

/** An application whose closing is archived: the last decision counts, a person's after the model's. */
function decided(id: string, store: ApplicationStore): Decided {
  const application = store.find(id);
  if (application === undefined)
    throw new RpcError('NOT_FOUND', 'no such application', { reason: 'APPLICATION_UNKNOWN' });
  const closing = store.closing(id, 'manual-decision') ?? store.closing(id, 'decision');
  if (closing === undefined || closing.outcome === 'referred')
    throw cannotMake('the application is not decided', 'APPLICATION_STATE');
  const { digest } = application.statements.find(({ kind }) => kind === closing.kind)!;
  if (store.archivedPlace(digest) === undefined)
    throw cannotMake('the decision is not in the archive', 'APPLICATION_STATE');
  const opening = store.opening(id);
  if (opening === undefined) throw cannotMake('the opening of the application is not kept', 'OPENING_MISSING');
  return { application, opening, closing, digest };
}

async function noticeReasons(
  application: ApplicationRow,
  opening: ApplicationOpening,
  closing: StoredClosing,
  { schema, policy, reasons: rules }: InForce,
  { models, reasonsEngine, reasonsCircuits }: NoticeContext,
): Promise<NoticeReasons> {
  const { attributes } = opening.applicant;
  const named = closing.reasons.map((slot) => {
    const { name, label } = schema.bySlot.get(slot)!;
    return { slot, attribute: name, label, ...(rules?.codeOf(slot) ?? OTHER_REASON) };
  });
  const said = (basis: ReasonsBasis): NoticeReasons => ({ basis, schema: schema.document, named });
  if (closing.kind === 'manual-decision') return said('officer');
  const model = models.find(BigInt(application.model!));
  if (model === undefined) return said('declared');
  const expected = declineReasons(attributes, model.committed.model, { policy, reasons: rules });
  const basis = saidBasis(expected, closing.reasons, model.committed.model, reasonsCircuits);
  if (basis !== 'score') return said(basis);
  const { baseline } = rules!;
  return { ...said('score'), proof: await proveReasons(opening, closing.reasons, baseline, model, reasonsEngine) };
}

async function proveReasons(
  { applicant }: ApplicationOpening,
  reasons: readonly number[],
  baseline: readonly bigint[],
  { committed }: InstalledModel,
  engine: ProvingEngine,
): Promise<NonNullable<NoticeReasons['proof']>> {
  const { circuit, input, signals } = reasonsClaim({ applicant, baseline, reasons }, committed);
  const { proof, publicSignals } = await engine.prove(circuit, input);
  if (encodeReasonsSignals(signals).some((signal, i) => signal !== publicSignals[i]))
    throw new ProvingError('SIGNALS_DIFFER', 'the circuit proved other signals than the claim has');
  return { circuit, proof: encodeProof(proof) };
}

async function loggedEntry(digest: Uint8Array, { log }: NoticeContext): Promise<NoticeEntry> {
  const name = { $case: 'digest', value: digest } as const;
  const [{ entry, envelope }, { receipt }] = await Promise.all([
    log.call.getStatement({ name }),
    log.call.getReceipt({ name }),
  ]);
  if (envelope.length === 0)
    throw cannotMake('the archive no longer keeps the envelope of the decision', 'ENVELOPE_REMOVED');
  return { leaf: entry, envelope, receipt };
}

/** The registration of the key that this service signs with. */
async function bankKeyDigest({ registrations, bank, envelopeKey }: NoticeContext): Promise<Uint8Array> {
  const kinds = [verifier.RegistrationKind.BANK_KEY];
  for (let pageToken = ''; ; ) {
    const page = await registrations.call.listRegistrations({ kinds, bank, scope: '', pageSize: 0, pageToken });
    const found = page.registrations.find(({ envelope }) => {
      const key = Registrations.parse([envelope]).find('bank-key')?.publicKey;
      return key !== undefined && Buffer.from(key).equals(envelopeKey);
    });
    if (found !== undefined) return found.digest;
    if (page.nextPageToken === '') throw cannotMake("the bank's key is not registered", 'BANK_KEY_UNKNOWN');
    pageToken = page.nextPageToken;
  }
}

/** The registration of the model that the application is held to. */
async function modelDigest(
  { scope, statements }: ApplicationRow,
  { store, registrations }: NoticeContext,
): Promise<Uint8Array | undefined> {
  const intake = statements.find(({ kind }) => kind === 'eligibility');
  const place = intake && store.archivedPlace(intake.digest);
  const inForce = await registrations.call.getInForce(
    place === undefined ? { scope } : { scope, atIndex: place.index },
  );
  return inForce.registrations.find(({ kind }) => kind === verifier.RegistrationKind.MODEL)?.digest;
}

function cannotMake(message: string, reason: string): RpcError {
  return new RpcError('FAILED_PRECONDITION', message, { reason });
}
