import { createHash, createHmac, type KeyObject } from 'node:crypto';

/** Hashes over stored events. DANGER: stored and signed shapes; `test/golden/ledger-v1.json` must never change. */

export const SALT_BYTES = 16;

/** An event as stored. `data` and `meta` are RFC 8785 text, `revision` counts from 0, `recordedAt` is UTC with .SSS. */
export interface HashedEvent {
  id: string;
  stream: string;
  revision: number;
  type: string;
  schema: number;
  scope: string;
  recordedAt: string;
  data: string;
  meta: string;
}

/** SHA-256(salt, bytes), 32 bytes. Throws RangeError unless the salt has 16 bytes. */
export function eventHash(salt: Buffer, event: HashedEvent): Buffer {
  return salted(salt, eventBytes(event));
}

/**
 * RFC 8785 text of the event, `data` and `meta` being objects in it. They are spliced in as the text they are stored
 * as, which is the same: JCS writes a value without white space and without regard to where it stands, so the canonical
 * text of an object is the canonical texts of its members, under their sorted keys. The keys below are in that order.
 */
export function eventBytes(event: HashedEvent): string {
  return (
    `{"data":${event.data},"id":${JSON.stringify(event.id)},"meta":${event.meta}` +
    `,"recordedAt":${JSON.stringify(event.recordedAt)},"revision":${event.revision},"schema":${event.schema}` +
    `,"scope":${JSON.stringify(event.scope)},"stream":${JSON.stringify(event.stream)}` +
    `,"type":${JSON.stringify(event.type)}}`
  );
}

/** SHA-256(salt, UTF-8 of the text) in hex: what an event keeps of free text. Needs a 16-byte salt of the text's own. */
export function textHash(salt: Buffer, text: string): string {
  return salted(salt, text).toString('hex');
}

/** A fixed length keeps salt and bytes apart: with any length one could be moved into the other. */
function salted(salt: Buffer, text: string): Buffer {
  if (salt.length !== SALT_BYTES) throw new RangeError(`a salt has ${SALT_BYTES} bytes, not ${salt.length}`);
  return createHash('sha256').update(salt).update(text, 'utf8').digest();
}

/**
 * HMAC-SHA256(ledger secret, canonical text of a command's body) in hex, so that a repeat with another body is seen.
 * Under the same secret as the scopes: no JSON text is a scope's name, so neither can be had through the other.
 */
export function bodyTag(ledgerSecret: Buffer | KeyObject, canonicalBody: string): string {
  return hmac(ledgerSecret, canonicalBody).toString('hex');
}

/** HMAC-SHA256(ledger secret, scope), 32 bytes: given to the scope's auditor. */
export function scopeSecret(ledgerSecret: Buffer, scope: string): Buffer {
  return hmac(ledgerSecret, scope);
}

export interface LeafOf {
  /** Place among all events of the ledger, from 1. */
  ordinal: number;
  /** Place among the events of the scope, from 1. */
  scopeOrdinal: number;
  /** As a key object where many leaves are made: it is five times as fast. */
  scopeSecret: Buffer | KeyObject;
  /** `eventHash` of the event. */
  hash: Buffer;
}

/**
 * RFC 8785 text of `{format: 1, ordinal, tag, hash}`, tag = HMAC-SHA256(scope secret, scope ordinal in decimal), both
 * in hex. Who holds the scope secret and all leaves sees that none of the scope's events is missing.
 */
export function leaf({ ordinal, scopeOrdinal, scopeSecret, hash }: LeafOf): string {
  if (!isOrdinal(ordinal) || !isOrdinal(scopeOrdinal)) {
    throw new RangeError(`ordinals count from 1: ${ordinal}, in the scope ${scopeOrdinal}`);
  }
  const tag = hmac(scopeSecret, String(scopeOrdinal)).toString('hex');
  return `{"format":1,"hash":"${hash.toString('hex')}","ordinal":${ordinal},"tag":"${tag}"}`;
}

function isOrdinal(count: number): boolean {
  return Number.isSafeInteger(count) && count >= 1;
}

function hmac(secret: Buffer | KeyObject, text: string): Buffer {
  return createHmac('sha256', secret).update(text, 'utf8').digest();
}
