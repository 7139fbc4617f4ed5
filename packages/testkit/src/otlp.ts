import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import { TestkitError } from './error.ts';

/** A span as it was exported. Ids are lower-case hex; times nanoseconds since 1970. */
export interface CollectedSpan {
  readonly traceId: string;
  readonly spanId: string;
  /** `undefined` for the first span of a trace. */
  readonly parentSpanId: string | undefined;
  readonly name: string;
  /** 0 unspecified, 1 internal, 2 server, 3 client, 4 producer, 5 consumer. */
  readonly kind: number;
  readonly start: bigint;
  readonly end: bigint;
  /** `service.name` of the resource; empty when it has none. */
  readonly service: string;
}

/** Reads an `ExportTraceServiceRequest` (OTLP 1.x): protobuf or JSON, by its content type. Error: `BAD_EXPORT`. */
export function decodeExport(contentType: string, body: Uint8Array): CollectedSpan[] {
  try {
    if (contentType.startsWith('application/json'))
      return fromJson(JSON.parse(new TextDecoder().decode(body)) as JsonExport);
    return fromProtobuf(body);
  } catch (error) {
    throw new TestkitError('BAD_EXPORT', 'not an OTLP trace export', { cause: error });
  }
}

interface JsonExport {
  readonly resourceSpans?: readonly {
    readonly resource?: { readonly attributes?: readonly { key: string; value?: { stringValue?: string } }[] };
    readonly scopeSpans?: readonly { readonly spans?: readonly JsonSpan[] }[];
  }[];
}

interface JsonSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind?: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
}

function fromJson(request: JsonExport): CollectedSpan[] {
  return (request.resourceSpans ?? []).flatMap(({ resource, scopeSpans = [] }) => {
    const service = resource?.attributes?.find(({ key }) => key === 'service.name')?.value?.stringValue ?? '';
    return scopeSpans.flatMap(({ spans = [] }) =>
      spans.map((span) => ({
        traceId: span.traceId.toLowerCase(),
        spanId: span.spanId.toLowerCase(),
        parentSpanId: span.parentSpanId ? span.parentSpanId.toLowerCase() : undefined,
        name: span.name,
        kind: span.kind ?? 0,
        start: BigInt(span.startTimeUnixNano),
        end: BigInt(span.endTimeUnixNano),
        service,
      })),
    );
  });
}

/** Length-delimited fields of a message by number, fixed64 ones as bigint, varints as number. The rest is passed over. */
interface Fields {
  readonly bytes: ReadonlyMap<number, readonly Uint8Array[]>;
  readonly numbers: ReadonlyMap<number, bigint>;
}

// Field numbers: opentelemetry-proto, collector/trace/v1/trace_service.proto, trace/v1/trace.proto, common/v1/common.proto.
function fromProtobuf(body: Uint8Array): CollectedSpan[] {
  return messages(fieldsOf(body), 1).flatMap((resourceSpans) => {
    const service = serviceOf(messages(resourceSpans, 1)[0]);
    const spans = messages(resourceSpans, 2).flatMap((scopeSpans) => messages(scopeSpans, 2));
    return spans.map((span) => spanOf(span, service));
  });
}

function spanOf(span: Fields, service: string): CollectedSpan {
  const parent = hex(span, 4);
  return {
    traceId: hex(span, 1),
    spanId: hex(span, 2),
    parentSpanId: parent === '' ? undefined : parent,
    name: text(span, 5),
    kind: Number(span.numbers.get(6) ?? 0n),
    start: span.numbers.get(7) ?? 0n,
    end: span.numbers.get(8) ?? 0n,
    service,
  };
}

function serviceOf(resource: Fields | undefined): string {
  const attributes = resource === undefined ? [] : messages(resource, 1);
  const named = attributes.find((attribute) => text(attribute, 1) === 'service.name');
  const value = named === undefined ? undefined : messages(named, 2)[0];
  return value === undefined ? '' : text(value, 1);
}

function fieldsOf(bytes: Uint8Array): Fields {
  const reader = new BinaryReader(bytes);
  const found = { bytes: new Map<number, Uint8Array[]>(), numbers: new Map<number, bigint>() };
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag();
    if (type === WireType.LengthDelimited) found.bytes.set(field, [...(found.bytes.get(field) ?? []), reader.bytes()]);
    else if (type === WireType.Bit64) found.numbers.set(field, BigInt(reader.fixed64()));
    else if (type === WireType.Varint) found.numbers.set(field, BigInt(reader.uint64()));
    else reader.skip(type);
  }
  return found;
}

function messages(of: Fields, field: number): Fields[] {
  return (of.bytes.get(field) ?? []).map(fieldsOf);
}

function hex(of: Fields, field: number): string {
  return Buffer.from(of.bytes.get(field)?.[0] ?? []).toString('hex');
}

function text(of: Fields, field: number): string {
  return Buffer.from(of.bytes.get(field)?.[0] ?? []).toString('utf8');
}
