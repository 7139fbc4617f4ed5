import { Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { BadRequest, ErrorInfo, RetryInfo } from 'nice-grpc-error-details';
import { Status } from 'nice-grpc-error-details/lib/proto/google/rpc/status.js';
import { codeName, RpcError, type RpcErrorDetails } from './error.ts';

/** The trailer in which the gRPC ecosystem carries a serialised `google.rpc.Status` (gRPC richer error model). */
const TRAILER = 'grpc-status-details-bin';
const TYPE_PREFIX = 'type.googleapis.com/google.rpc.';
/** `google.rpc.ErrorInfo.domain` of every error of ours. */
const DOMAIN = 'assay';

/** Trailers have to stay well below the 8 KiB that some clients permit for all headers. */
const MAX_VIOLATIONS = 20;
const MAX_FIELD_LENGTH = 80;
const MAX_DESCRIPTION_LENGTH = 160;
const MAX_MESSAGE_LENGTH = 500;

/** What grpc-js sends for a failed call. */
export interface WireStatus {
  readonly code: number;
  readonly details: string;
  readonly metadata: Metadata;
}

/** The status by which a caller receives an error, with its rich details in the trailer. */
export function encodeStatus(error: RpcError): WireStatus {
  const code = status[error.code];
  const message = error.message.slice(0, MAX_MESSAGE_LENGTH);
  const details = [detail('ErrorInfo', ErrorInfo, { reason: error.reason, domain: DOMAIN, metadata: error.metadata })];
  if (error.fieldViolations.length > 0) {
    const fieldViolations = error.fieldViolations.slice(0, MAX_VIOLATIONS).map(({ field, description }) => ({
      field: field.slice(0, MAX_FIELD_LENGTH),
      description: description.slice(0, MAX_DESCRIPTION_LENGTH),
    }));
    details.push(detail('BadRequest', BadRequest, { fieldViolations }));
  }
  if (error.retryDelayMs !== undefined) {
    details.push(detail('RetryInfo', RetryInfo, { retryDelay: toDuration(error.retryDelayMs) }));
  }
  const metadata = new Metadata();
  metadata.set(TRAILER, Buffer.from(Status.encode(Status.fromPartial({ code, message, details })).finish()));
  return { code, details: message, metadata };
}

/** The error that a server sent. Details that cannot be read are left out: they come from another process. */
export function decodeStatus(error: ServiceError): RpcError {
  return new RpcError(codeName(error.code), error.details, { ...readDetails(error), cause: error }, true);
}

function readDetails(error: ServiceError): RpcErrorDetails {
  const [trailer] = error.metadata?.get(TRAILER) ?? [];
  if (!(trailer instanceof Uint8Array)) return {};
  try {
    return Object.assign({}, ...Status.decode(trailer).details.map(readDetail));
  } catch {
    // Not a google.rpc.Status: code and message are all there is to know.
    return {};
  }
}

function readDetail({ typeUrl, value }: { typeUrl: string; value: Uint8Array }): RpcErrorDetails {
  switch (typeUrl) {
    case `${TYPE_PREFIX}ErrorInfo`: {
      const { reason, metadata } = ErrorInfo.decode(value);
      return { reason, metadata };
    }
    case `${TYPE_PREFIX}BadRequest`:
      return {
        fieldViolations: BadRequest.decode(value).fieldViolations.map(({ field, description }) => ({
          field,
          description,
        })),
      };
    case `${TYPE_PREFIX}RetryInfo`: {
      const { retryDelay } = RetryInfo.decode(value);
      return retryDelay === undefined ? {} : { retryDelayMs: retryDelay.seconds * 1000 + retryDelay.nanos / 1e6 };
    }
    default:
      return {};
  }
}

interface Codec<Init, T> {
  fromPartial(init: Init): T;
  encode(message: T): { finish(): Uint8Array };
}

function detail<Init, T>(name: string, codec: Codec<Init, T>, init: Init): { typeUrl: string; value: Buffer } {
  return {
    typeUrl: `${TYPE_PREFIX}${name}`,
    value: Buffer.from(codec.encode(codec.fromPartial(init)).finish()),
  };
}

function toDuration(milliseconds: number): { seconds: number; nanos: number } {
  const whole = Math.max(0, Math.ceil(milliseconds));
  return { seconds: Math.floor(whole / 1000), nanos: (whole % 1000) * 1e6 };
}
