import { isUuid, traceparentOf, type Meta, type OrderedEvent } from '#event-sourcing';

/**
 * An event as it is published: a CloudEvent 1.0 in structured JSON. It has what the stored event has, but for its salt;
 * free texts are hashes there, and so they are here.
 */
export interface CloudEvent {
  specversion: '1.0';
  /** Of the event: a UUID. */
  id: string;
  /** `/ledgers/<ledger>`. Source and id together are unique in the world of those who read several ledgers. */
  source: string;
  /** `attest.<type>` */
  type: string;
  /** The stream. */
  subject: string;
  time: string;
  recordedtime: string;
  datacontenttype: 'application/json';
  /** `urn:attest:message:<type>:<schema>` */
  dataschema: string;
  /** The ordinal in 16 digits: texts compare as the numbers do. Drop what is not greater than the last one seen. */
  sequence: string;
  /** In the engine of the log: answers to commands name it. */
  position: string;
  /** A project's id, or `ledger`. */
  scope: string;
  partitionkey: string;
  correlationid?: string;
  causationid?: string;
  /** W3C Trace Context: below the span of the command. */
  traceparent?: string;
  data: { revision: number; schema: number; data: unknown; meta: Meta };
}

/** A message that is no event of this ledger. */
export class WrongMessage extends Error {
  override readonly name = 'WrongMessage';
}

/** The media type of a message's value. */
export const CLOUD_EVENT = 'application/cloudevents+json; charset=UTF-8';
const SEQUENCE_DIGITS = 16;

export const sourceOf = (ledger: string): string => `/ledgers/${ledger}`;

export function toCloudEvent(event: OrderedEvent, ledger: string): CloudEvent {
  const { id, type, stream, recordedAt, scope, revision, schema, data, meta } = event;
  return {
    specversion: '1.0',
    id,
    source: sourceOf(ledger),
    type: `attest.${type}`,
    subject: stream,
    time: recordedAt,
    recordedtime: recordedAt,
    datacontenttype: 'application/json',
    dataschema: `urn:attest:message:${type}:${schema}`,
    sequence: String(event.ordinal).padStart(SEQUENCE_DIGITS, '0'),
    position: String(event.position),
    scope,
    partitionkey: scope,
    correlationid: meta.correlationId,
    causationid: meta.causationId,
    traceparent: traceparentOf(meta),
    data: { revision, schema, data, meta },
  };
}

/** The event that a message holds. Throws WrongMessage, which says what is wrong with it. */
export function fromCloudEvent(message: Buffer | string | null, ledger: string): OrderedEvent {
  const { specversion, source, subject: stream, type, recordedtime: recordedAt, ...event } = parsed(message);
  expect(specversion === '1.0', 'specversion', '1.0', specversion);
  expect(source === sourceOf(ledger), 'source', sourceOf(ledger), source);
  expect(isText(event.id) && isUuid(event.id), 'id', 'a UUID', event.id);
  expect(isText(type) && TYPE.test(type), 'type', 'attest. and the type of an event', type);
  expect(isText(stream) && STREAM.test(stream), 'subject', 'a stream, <category>-<uuid>', stream);
  expect(isText(recordedAt) && INSTANT.test(recordedAt), 'recordedtime', 'an instant in UTC', recordedAt);
  expect(isText(event.sequence) && SEQUENCE.test(event.sequence), 'sequence', '16 digits', event.sequence);
  expect(isText(event.position) && DIGITS.test(event.position), 'position', 'a number in digits', event.position);
  expect(isText(event.scope) && event.scope !== '', 'scope', 'a project or ledger', event.scope);
  const { revision, schema, data, meta } = contentOf(event.data);
  return {
    id: event.id,
    type: type.slice('attest.'.length),
    stream,
    thing: stream.slice(-36),
    revision,
    schema,
    scope: event.scope,
    recordedAt,
    position: BigInt(event.position),
    ordinal: Number(event.sequence),
    data,
    meta,
  };
}

const TYPE = /^attest\.[A-Z][A-Za-z0-9]{0,99}$/;
const STREAM = /^[a-z][a-z-]{0,49}-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const SEQUENCE = /^(?!0{16})\d{16}$/;
const DIGITS = /^\d{1,20}$/;

type Unchecked = { [name in keyof CloudEvent]?: unknown };

function parsed(message: Buffer | string | null): Unchecked {
  if (message === null) throw new WrongMessage('a message without a value is no event');
  let value: unknown;
  try {
    value = JSON.parse(message.toString());
  } catch (fault) {
    throw new WrongMessage(`the message is not JSON: ${(fault as Error).message}`, { cause: fault });
  }
  expect(isObject(value), 'the message', 'an object', value);
  return value;
}

function contentOf(content: unknown): CloudEvent['data'] {
  expect(isObject(content), 'data', 'an object', content);
  const { revision, schema, data, meta } = content;
  expect(isWhole(revision), 'data.revision', 'a whole number', revision);
  expect(isWhole(schema), 'data.schema', 'a whole number', schema);
  expect(isObject(data), 'data.data', 'an object', data);
  expect(isObject(meta), 'data.meta', 'an object', meta);
  return { revision, schema, data, meta: meta as Meta };
}

const isText = (value: unknown): value is string => typeof value === 'string';
const isWhole = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function expect(holds: boolean, name: string, right: string, actual: unknown): asserts holds {
  if (holds) return;
  const shown = actual === undefined ? 'missing' : (JSON.stringify(actual).slice(0, 100) as string);
  throw new WrongMessage(`${name} must be ${right}, and is ${shown}`);
}
