import { canonical, findBadText } from './canonical-json.js';
import {
  UnacceptableEvent,
  type AppendOptions,
  type ExpectedRevision,
  type Guard,
  type LogPart,
  type TextPlace,
  type TextRow,
} from './event-store.js';
import { isUuid } from './ids.js';
import { SALT_BYTES, textHash } from './leaf.js';
import type { NewEvent } from './message.js';

/** What every adapter refuses before it sends anything, as a neighbour in the same batch or message could choke on it. */

/** Bytes of `data` and `meta` of one append together, and of its free texts together: what every engine takes. */
export const MAX_APPEND_BYTES = 1024 * 1024;
/** Most events, guards, texts and redactions of one append, of each. */
export const MAX_APPEND_ITEMS = 1_000;

const HIGHEST_REVISION = 2 ** 31 - 1 - MAX_APPEND_ITEMS;
const STREAM = /^[a-z][a-z-]{0,49}-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const TYPE = /^[A-Z][A-Za-z0-9]{0,99}$/;
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const POINTER = /^(\/([^~/]|~[01])*){1,16}$/;

/** Throws UnacceptableEvent for what no store may take; else answers the bytes of events and texts. */
export function checkAppend(
  stream: string,
  expected: ExpectedRevision,
  events: readonly NewEvent[],
  { scope, guards = [], texts = [], redactions = [] }: AppendOptions,
): number {
  checkStream(stream);
  if (!isRevision(expected)) refuse(`${shown(expected)} is no revision`);
  checkScope(scope);
  if (events.length === 0) refuse('an append has at least one event');
  if (Math.max(events.length, guards.length, texts.length, redactions.length) > MAX_APPEND_ITEMS) {
    refuse(`an append has at most ${MAX_APPEND_ITEMS} events, guards, texts and redactions`);
  }
  guards.forEach(checkGuard);
  redactions.forEach(checkPlace);
  const ids = new Set<string>();
  let bytes = 0;
  for (const event of events) {
    bytes += checkEvent(event);
    ids.add(event.id);
  }
  if (ids.size < events.length) refuse('two events of one append have the same id');
  if (bytes > MAX_APPEND_BYTES) refuse(`an append has at most ${MAX_APPEND_BYTES} bytes, not ${bytes}`);
  return bytes + (texts.length === 0 ? 0 : checkTexts(texts, ids, 'append'));
}

/** The same for a part of a log to be copied. Across parts, revisions and ids are for the store to check. */
export function checkPart({ events, texts }: LogPart): void {
  const ids = new Set<string>();
  for (const event of events) {
    checkCopied(event);
    ids.add(event.id);
  }
  if (ids.size < events.length) refuse('two events of one part have the same id');
  if (texts.length > 0) checkTexts(texts, ids, 'part');
}

function checkCopied(event: LogPart['events'][number]): void {
  const { id, stream, revision, scope, recordedAt, salt } = event;
  const bytes = checkEvent(event);
  if (bytes > MAX_APPEND_BYTES) refuse(`event ${id} has at most ${MAX_APPEND_BYTES} bytes, not ${bytes}`);
  checkStream(stream);
  if (revision === ('none' as unknown) || !isRevision(revision)) refuse(`${shown(revision)} is no revision`);
  checkScope(scope);
  if (!INSTANT.test(recordedAt) || !isMoment(recordedAt)) refuse(`${shown(recordedAt)} is no moment of recording`);
  if (salt.length !== SALT_BYTES) refuse(`the salt of event ${id} has ${SALT_BYTES} bytes, not ${salt.length}`);
}

/** One that is on the calendar and on the clock: no 30 February. */
function isMoment(instant: string): boolean {
  const moment = new Date(instant);
  return !Number.isNaN(moment.getTime()) && moment.toISOString() === instant && !instant.startsWith('0000');
}

function checkStream(stream: string): void {
  if (!STREAM.test(stream)) refuse(`${shown(stream)} is no name of a stream: <category>-<uuid>`);
}

function checkScope(scope: string): void {
  if (scope !== 'ledger' && !isUuid(scope)) refuse(`${shown(scope)} is no scope: a project's id, or ledger`);
}

function checkGuard({ stream, revision }: Guard): void {
  if (!STREAM.test(stream)) refuse(`${shown(stream)} is no name of a stream to guard`);
  if (!isRevision(revision)) refuse(`${shown(revision)} is no revision to guard`);
}

function checkEvent({ id, type, schema, data, meta }: NewEvent): number {
  if (!isUuid(id)) refuse(`${shown(id)} is no id of an event: a UUID in lower case`);
  if (!TYPE.test(type)) refuse(`${shown(type)} is no type of events`);
  if (!Number.isInteger(schema) || schema < 1 || schema > 32_767) refuse(`${shown(schema)} is no schema's number`);
  // Before they are parsed: length in code units is never more than in bytes.
  if (data.length + meta.length > MAX_APPEND_BYTES) refuse(`an append has at most ${MAX_APPEND_BYTES} bytes`);
  checkJson(data, id, 'data');
  checkJson(meta, id, 'meta');
  return Buffer.byteLength(data) + Buffer.byteLength(meta);
}

function checkJson(text: string, id: string, part: 'data' | 'meta'): void {
  if (!text.isWellFormed()) refuse(`${part} of event ${id} holds a lone surrogate`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    refuse(`${part} of event ${id} is no JSON`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    refuse(`${part} of event ${id} is no object`);
  if (!isCanonical(value, text)) refuse(`${part} of event ${id} is not canonical JSON (RFC 8785)`);
  // U+0000 is written as an escape, and so are lone surrogates that the text itself does not hold.
  const bad = text.includes('\\u') ? findBadText(value) : undefined;
  if (bad) refuse(`${part} of event ${id} holds a ${bad.fault} at ${bad.pointer}`);
}

/** JSON.stringify does all of RFC 8785 but the order of the keys, several times faster than code of ours. */
function isCanonical(value: unknown, text: string): boolean {
  try {
    if (JSON.stringify(value) === text && isInOrder(value, 0)) return true;
    // Keys that look like numbers come out of an object in another order than they stand in the text.
    return canonical(value) === text;
  } catch {
    // Nested too deep for either.
    return false;
  }
}

function isInOrder(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (depth === 64) return false;
  if (Array.isArray(value)) return value.every((item) => isInOrder(item, depth + 1));
  let last = '';
  const object = value as Record<string, unknown>;
  for (const key of Object.keys(object)) {
    if (key < last || !isInOrder(object[key], depth + 1)) return false;
    last = key;
  }
  return true;
}

/** Of an append all texts together are bounded, of a part each one. */
function checkTexts(texts: readonly TextRow[], ids: ReadonlySet<string>, of: 'append' | 'part'): number {
  let bytes = 0;
  const places = new Set<string>();
  for (const row of texts) {
    const { eventId, pointer } = row;
    if (!ids.has(eventId)) refuse(`a text belongs to ${shown(eventId)}, which is no event of this ${of}`);
    checkPlace(row);
    const length = checkText(row);
    bytes = of === 'append' ? bytes + length : length;
    if (bytes > MAX_APPEND_BYTES) {
      refuse(`the texts of an append have at most ${MAX_APPEND_BYTES} bytes, and with ${pointer} they have ${bytes}`);
    }
    places.add(`${eventId}${pointer}`);
  }
  if (places.size < texts.length) refuse(`two texts of one ${of} have the same place`);
  return bytes;
}

function checkText({ pointer, text, salt, textHash: hash }: TextRow): number {
  if (text.includes('\0')) refuse(`the text at ${pointer} holds U+0000`);
  if (!text.isWellFormed()) refuse(`the text at ${pointer} holds a lone surrogate`);
  if (salt.length !== SALT_BYTES || textHash(salt, text) !== hash) refuse(`the text at ${pointer} has another hash`);
  return Buffer.byteLength(text);
}

function checkPlace({ eventId, pointer }: TextPlace): void {
  if (!isUuid(eventId)) refuse(`${shown(eventId)} is no id of an event that has a text`);
  if (pointer.length > 500 || !pointer.isWellFormed() || pointer.includes('\0') || !POINTER.test(pointer)) {
    refuse(`${shown(pointer)} is no place of a text`);
  }
}

function isRevision(revision: ExpectedRevision): boolean {
  return revision === 'none' || (Number.isInteger(revision) && revision >= 0 && revision <= HIGHEST_REVISION);
}

/** For a log line: clean and short, whatever it was. */
const shown = (value: unknown) => JSON.stringify(String(value).slice(0, 80).toWellFormed());

function refuse(reason: string): never {
  throw new UnacceptableEvent(reason);
}
