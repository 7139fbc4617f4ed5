import { BusError } from './error.ts';

/** A NATS subject of this system, made or checked by this module. */
export type Subject = string & { readonly __brand: 'Subject' };

/** What a subject is for; it decides which stream stores the message. */
export type Channel = 'proof' | 'job' | 'archive' | 'dlq';

/** What became of an envelope at the verifier. */
export type ArchiveResult = 'accepted' | 'rejected' | 'pending';

/** The parts of a subject: `assay.v1.<bank>.<channel>.<kind>`. */
export interface SubjectParts {
  readonly bank: string;
  readonly channel: Channel;
  readonly kind: string;
}

const PREFIX = 'assay.v1';
const TOKEN = /^[a-z0-9-]{1,40}$/;
const DLQ_TOKEN = /^[a-z0-9-]{1,48}$/;
const ARCHIVE_RESULTS: ReadonlySet<string> = new Set(['accepted', 'rejected', 'pending']);
const CHANNELS: ReadonlySet<string> = new Set(['proof', 'job', 'archive', 'dlq']);

/** Where a proof of `statement` (or a withdrawal, a registration) is published. Tokens: `[a-z0-9-]{1,40}`, else `BAD_SUBJECT`. */
export function proofSubject(bank: string, statement: string): Subject {
  return subject({ bank, channel: 'proof', kind: statement });
}

/** Where a sealed job of `kind` waits for its worker. */
export function jobSubject(bank: string, kind: string): Subject {
  return subject({ bank, channel: 'job', kind });
}

/** Where the verifier says what became of an envelope. */
export function archiveSubject(bank: string, result: ArchiveResult): Subject {
  return subject({ bank, channel: 'archive', kind: result });
}

/** Where a message that could not be handled is put: the kind is `<channel>-<kind>` of the original's subject. */
export function deadLetterSubject(original: SubjectParts): Subject {
  return subject({ bank: original.bank, channel: 'dlq', kind: `${original.channel}-${original.kind}` });
}

/** The filter that matches every subject of one channel of one bank. */
export function channelFilter(bank: string, channel: Channel): Subject {
  return `${PREFIX}.${bankToken(bank)}.${channel}.*` as Subject;
}

/** Builds a subject from its parts; `BAD_SUBJECT` when a part is no valid token. */
export function subject(parts: SubjectParts): Subject {
  const { bank, channel, kind } = parts;
  if (!validKind(channel, kind)) {
    throw new BusError('BAD_SUBJECT', `not a kind of the channel ${channel}: ${JSON.stringify(kind)}`);
  }
  return `${PREFIX}.${bankToken(bank)}.${channel}.${kind}` as Subject;
}

/** Reads a subject; `BAD_SUBJECT` when it is none of this system, or a filter with wildcards. */
export function parseSubject(text: string): SubjectParts & { readonly subject: Subject } {
  const [assay, version, bank, channel, kind, ...rest] = text.split('.');
  const known = `${assay}.${version}` === PREFIX && channel !== undefined && CHANNELS.has(channel) && rest.length === 0;
  if (!known || bank === undefined || kind === undefined) {
    throw new BusError('BAD_SUBJECT', `not a subject of the form ${PREFIX}.<bank>.<channel>.<kind>`);
  }
  const parts = { bank, channel: channel as Channel, kind };
  return { ...parts, subject: subject(parts) };
}

/** Checks a bank's name, `[a-z0-9-]{1,40}`; `BAD_SUBJECT` otherwise. It becomes a token of subjects and stream names. */
export function bankToken(bank: string): string {
  if (!TOKEN.test(bank)) throw new BusError('BAD_SUBJECT', "a bank's name has 1 to 40 characters of a-z, 0-9 and -");
  return bank;
}

function validKind(channel: Channel, kind: string): boolean {
  if (channel === 'archive') return ARCHIVE_RESULTS.has(kind);
  return (channel === 'dlq' ? DLQ_TOKEN : TOKEN).test(kind);
}
