import { createHash } from 'node:crypto';
import type { JsMsg } from '@nats-io/jetstream';
import type { Context } from '@opentelemetry/api';
import type { Connection } from './connection.ts';
import { type BusEvent, newEvent } from './event.ts';
import { publishEvent } from './publish.ts';
import { type Channel, deadLetterSubject } from './subjects.ts';

/** Type of the event that carries a message nobody could handle. */
export const DEAD_LETTER_TYPE = 'urn:assay:dead-letter:v1';

/** Why a message was given up, where it was, and its digest. Read from a dead letter's extension attributes. */
export interface DeadLetter {
  readonly reason: string;
  readonly stream: string;
  readonly streamSeq: number;
  /** SHA-256 of the original data, hex. */
  readonly digest: string;
  readonly deliveries: number;
}

const REASON = /^[A-Z0-9_]{1,64}$/;

/** The reason as it may be written anywhere: `UNNAMED` when it is no code, since then it could be anything. */
export function reasonCode(reason: string): string {
  return REASON.test(reason) ? reason : 'UNNAMED';
}

/** A message to give up: `event` is its decoded form, absent when it could not be decoded. */
export interface Poison {
  readonly message: JsMsg;
  readonly event: BusEvent | undefined;
  /** `[A-Z0-9_]{1,64}`. */
  readonly reason: string;
  readonly bank: string;
  readonly channel: Channel;
}

/**
 * Publishes a message to the dead-letter stream: the original data, unopened (sealed jobs stay sealed), with the reason
 * and the place it came from. Of a message that could not be decoded no header is passed on. The message id is that of
 * the original's place, so that a repetition is dropped.
 */
export async function publishDeadLetter(bus: Connection, poison: Poison, context: Context): Promise<void> {
  const { message, event, reason, bank, channel } = poison;
  const { stream, streamSequence, deliveryCount } = message.info;
  const kind = event?.subject.split('.').at(-1) ?? 'undecodable';
  const letter = newEvent({
    id: `${stream}:${streamSequence}`,
    source: `urn:assay:stream:${stream}`,
    type: DEAD_LETTER_TYPE,
    subject: deadLetterSubject({ bank, channel, kind }),
    contentType: event?.contentType ?? 'application/octet-stream',
    ...(event === undefined ? {} : { about: event.id }),
    extensions: {
      dlqreason: reason,
      dlqstream: stream,
      dlqsequence: String(streamSequence),
      dlqdigest: createHash('sha256').update(message.data).digest('hex'),
      dlqdeliveries: String(deliveryCount),
    },
    data: message.data,
  });
  await publishEvent(bus, letter, { context });
}

/** Reads what a dead letter says of its original; `undefined` for any other event. */
export function readDeadLetter(event: BusEvent): DeadLetter | undefined {
  const { dlqreason, dlqstream, dlqsequence, dlqdigest, dlqdeliveries } = event.extensions ?? {};
  if (event.type !== DEAD_LETTER_TYPE || dlqreason === undefined || dlqstream === undefined) return undefined;
  if (dlqsequence === undefined || dlqdigest === undefined || dlqdeliveries === undefined) return undefined;
  return {
    reason: dlqreason,
    stream: dlqstream,
    streamSeq: Number(dlqsequence),
    digest: dlqdigest,
    deliveries: Number(dlqdeliveries),
  };
}
