import { hash, randomUUID } from 'node:crypto';

/**
 * A UUID (RFC 9562) in lower case.
 * @format uuid
 */
export type Uuid = string;

/** UUIDv5(actor, key): the same request of the same person is the same command, however often it arrives. */
export function commandId(actor: Uuid, idempotencyKey: string): Uuid {
  return named(actor, idempotencyKey);
}

/** UUIDv5(command id, index from 0): a command that is decided again asks for the same event ids. */
export function eventId(commandId: Uuid, index: number): Uuid {
  return named(commandId, String(index));
}

/** UUIDv5 (RFC 9562, clause 5.5). Throws TypeError for a namespace that is no UUID. */
function named(namespace: Uuid, name: string): Uuid {
  if (!isUuid(namespace)) throw new TypeError(`${namespace} is no UUID in lower case`);
  const bytes = Buffer.concat([Buffer.from(namespace.replaceAll('-', ''), 'hex'), Buffer.from(name)]);
  const digest = hash('sha1', bytes, 'buffer');
  digest[6] = (digest[6]! & 0x0f) | 0x50;
  digest[8] = (digest[8]! & 0x3f) | 0x80;
  const hex = digest.toString('hex', 0, 16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** Of the last new id: its millisecond, and its place among those of that millisecond. */
const last = { time: 0, place: 0 };
const PLACES = 0x1000;

/**
 * UUIDv7 of now; ids of one process sort in the order they were made in (RFC 9562, clause 6.2, method 1). The only place
 * that makes random ids; never called inside a handler or a decision.
 */
export function newId(): Uuid {
  const now = Date.now();
  last.place = now > last.time ? 0 : (last.place + 1) % PLACES;
  if (now > last.time) last.time = now;
  else if (last.place === 0) last.time += 1;
  const time = last.time.toString(16).padStart(12, '0');
  // The rest of a UUIDv4 is as random as it has to be, and Node draws those in stock.
  const rest = randomUUID().slice(19);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${last.place.toString(16).padStart(3, '0')}-${rest}`;
}

/** Any version, and those of zeros and of ones alone. */
const UUID =
  /^(?:[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}|0{8}(?:-0{4}){3}-0{12}|f{8}(?:-f{4}){3}-f{12})$/;

/** Lower case only: streams are named by text, and two spellings of one id would be two streams. */
export function isUuid(text: unknown): text is Uuid {
  return typeof text === 'string' && UUID.test(text);
}

const UUID_LENGTH = 36;
const CATEGORY = /^[a-z-]+$/;

/** `<category>-<uuid>`. Throws RangeError for a category other than [a-z-]+ and for what is no UUID. */
export function streamName(category: string, id: Uuid): string {
  if (!CATEGORY.test(category)) throw new RangeError(`${category} is no category of streams`);
  if (!isUuid(id)) throw new RangeError(`${id} is no UUID in lower case`);
  return `${category}-${id}`;
}

/** The parts of a stream's name; RangeError if it is none. A category may hold hyphens, so the id is cut off the end. */
export function parseStream(name: string): { category: string; id: Uuid } {
  const id = name.slice(-UUID_LENGTH);
  const category = name.slice(0, -UUID_LENGTH - 1);
  if (!CATEGORY.test(category) || !isUuid(id) || name.at(-UUID_LENGTH - 1) !== '-') {
    throw new RangeError(`${name} is no stream: <category>-<uuid>`);
  }
  return { category, id };
}
