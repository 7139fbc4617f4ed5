import { headers, type MsgHdrs } from '@nats-io/nats-core';
import { BusError } from './error.ts';
import { MAX_DATA_BYTES } from './limits.ts';
import { parseSubject, type Subject } from './subjects.ts';

/** A CloudEvent 1.0 together with the subject it travels on. Strings are printable ASCII without space, `"` and `%`. */
export interface BusEvent {
  /** Unique for `source`; also the message id by which the server drops repetitions. At most 200 characters. */
  readonly id: string;
  /** Who made it, a URI reference such as `urn:assay:kyc-prover:acme`. */
  readonly source: string;
  /** What it is, such as `urn:assay:proof:v1`. */
  readonly type: string;
  /** Where it travels. */
  readonly subject: Subject;
  /** When it was made: RFC 3339, UTC, milliseconds. */
  readonly time: string;
  /** The CloudEvents attribute `subject`: what the event is about (a digest, an operation's id). */
  readonly about?: string;
  /** Media type of `data`. */
  readonly contentType: string;
  /** Extension attributes: names `[a-z0-9]{1,20}`. */
  readonly extensions?: Readonly<Record<string, string>>;
  readonly data: Uint8Array;
}

const VALUE = /^[\x21\x23\x24\x26-\x7e]{1,200}$/;
const EXTENSION = /^[a-z0-9]{1,20}$/;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const ATTRIBUTES: ReadonlySet<string> = new Set([
  'specversion',
  'id',
  'source',
  'type',
  'time',
  'subject',
  'datacontenttype',
  'dataschema',
]);

/** Completes an event with the present time. */
export function newEvent(init: Omit<BusEvent, 'time'>): BusEvent {
  return { ...init, time: new Date().toISOString() };
}

/**
 * The event's attributes as NATS headers, binary content mode of the CloudEvents NATS binding (section 3.1): one header
 * `ce-<name>` each, `ce-datacontenttype` included. Values outside the permitted characters are refused instead of
 * percent-encoded. Errors: `BAD_EVENT`, `BAD_SUBJECT`, `MESSAGE_TOO_LARGE`.
 */
export function encodeEvent(event: BusEvent): MsgHdrs {
  parseSubject(event.subject);
  if (event.data.length > MAX_DATA_BYTES) {
    throw new BusError('MESSAGE_TOO_LARGE', `an event's data has at most ${MAX_DATA_BYTES} bytes`);
  }
  const encoded = headers();
  encoded.set('ce-specversion', '1.0');
  encoded.set('ce-id', checked('id', event.id));
  encoded.set('ce-source', checked('source', event.source));
  encoded.set('ce-type', checked('type', event.type));
  encoded.set('ce-time', checkedTime(event.time));
  encoded.set('ce-datacontenttype', checked('datacontenttype', event.contentType));
  if (event.about !== undefined) encoded.set('ce-subject', checked('subject', event.about));
  for (const [name, value] of Object.entries(event.extensions ?? {})) {
    if (!EXTENSION.test(name) || ATTRIBUTES.has(name)) throw badEvent('an extension has a name that is not permitted');
    encoded.set(`ce-${name}`, checked(name, value));
  }
  return encoded;
}

/**
 * Reads a message as an event, strictly: every required attribute exactly once, nothing unreadable, nothing of another
 * content mode. Errors: `BAD_EVENT`, `BAD_SUBJECT`. The bytes are untrusted; errors repeat none of them.
 */
export function decodeEvent(message: { subject: string; headers?: MsgHdrs | undefined; data: Uint8Array }): BusEvent {
  const { subject } = parseSubject(message.subject);
  const attributes = readAttributes(message.headers);
  const take = (name: string): string => {
    const value = attributes.get(name);
    if (value === undefined) throw badEvent(`the attribute ${name} is missing`);
    attributes.delete(name);
    return value;
  };
  if (take('specversion') !== '1.0') throw badEvent('specversion is not 1.0');
  const event = {
    id: take('id'),
    source: take('source'),
    type: take('type'),
    subject,
    time: checkedTime(take('time')),
    contentType: take('datacontenttype'),
    data: message.data,
  };
  const about = attributes.has('subject') ? { about: take('subject') } : {};
  if (attributes.has('dataschema')) throw badEvent('dataschema is not used here');
  const extensions = attributes.size > 0 ? { extensions: Object.fromEntries(attributes) } : {};
  return { ...event, ...about, ...extensions };
}

function readAttributes(source: MsgHdrs | undefined): Map<string, string> {
  const attributes = new Map<string, string>();
  for (const key of source?.keys() ?? []) {
    const lower = key.toLowerCase();
    if (lower === 'content-type') throw badEvent('not in binary content mode');
    if (!lower.startsWith('ce-')) continue;
    const name = lower.slice(3);
    const values = source?.values(key) ?? [];
    const [value] = values;
    if (values.length !== 1 || value === undefined || attributes.has(name)) throw badEvent('an attribute is repeated');
    if (!EXTENSION.test(name)) throw badEvent('an attribute has a name that is not permitted');
    attributes.set(name, checked('of a received event', value));
  }
  return attributes;
}

function checked(name: string, value: string): string {
  if (!VALUE.test(value)) throw badEvent(`the attribute ${name} is empty, too long, or has characters not permitted`);
  return value;
}

function checkedTime(value: string): string {
  if (!TIME.test(value) || Number.isNaN(Date.parse(value)))
    throw badEvent('time is not RFC 3339 UTC with milliseconds');
  return value;
}

function badEvent(message: string): BusError {
  return new BusError('BAD_EVENT', `event refused: ${message}`);
}
