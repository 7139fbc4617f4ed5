export { type Bus, connectBus } from './bus.ts';
export type { ConsumeOptions } from './consume-options.ts';
export type { Consumption } from './consumption.ts';
export { DEAD_LETTER_TYPE, type DeadLetter, readDeadLetter } from './dead-letter.ts';
export { ack, type Delivery, dead, type Handler, type Outcome, retry } from './delivery.ts';
export { BusError, type BusErrorCode } from './error.ts';
export { type BusEvent, newEvent } from './event.ts';
export {
  CONSUME_DEFAULTS,
  MAX_DATA_BYTES,
  PUBLISH_DEFAULTS,
  STREAM_LIMITS,
  type StreamKind,
  type StreamLimits,
  streamName,
} from './limits.ts';
export type { BusNotice, MessagePlace, NoticeSink } from './notice.ts';
export type { BusOptions, BusTls, Credentials } from './options.ts';
export type { Published, PublishOptions } from './publish.ts';
export type { ReadOptions, StreamRecord } from './read-stream.ts';
export {
  type ArchiveResult,
  archiveSubject,
  type Channel,
  channelFilter,
  deadLetterSubject,
  jobSubject,
  parseSubject,
  proofSubject,
  type Subject,
  type SubjectParts,
  subject,
} from './subjects.ts';
export { captureTrace, contextOfTrace, type TraceContext } from './trace.ts';
