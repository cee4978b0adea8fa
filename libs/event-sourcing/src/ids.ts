import { v5, v7, validate } from 'uuid';

/**
 * A UUID (RFC 9562) in lower case.
 * @format uuid
 */
export type Uuid = string;

/** UUIDv5(actor, key): the same request of the same person is the same command, however often it arrives. */
export function commandId(actor: Uuid, idempotencyKey: string): Uuid {
  return v5(idempotencyKey, actor);
}

/** UUIDv5(command id, index from 0): a command that is decided again asks for the same event ids. */
export function eventId(commandId: Uuid, index: number): Uuid {
  return v5(String(index), commandId);
}

/** UUIDv7 of now. The only place that makes random ids; never called inside a handler or a decision. */
export function newId(): Uuid {
  return v7();
}

/** Lower case only: streams are named by text, and two spellings of one id would be two streams. */
export function isUuid(text: unknown): text is Uuid {
  return typeof text === 'string' && text === text.toLowerCase() && validate(text);
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
