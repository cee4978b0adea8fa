import type { Instant } from './dates.js';
import type { Guard, TextPlace } from './event-store.js';

/** Free text as an event holds it: SHA-256 of salt and text. Text and salt lie in the vault and can be redacted there. */
export type FreeText = {
  /** @pattern ^[0-9a-f]{64}$ */
  textHash: string;
  /** BCP 47 */
  lang?: string;
};

/** What travels with every event beside its data: who, with which rights, by which command, and why. */
export type Meta = {
  /** A random id; who it is stands in the vault. */
  actor: string;
  roles: string[];
  commandId: string;
  /** HMAC of the canonical command with the ledger secret: tells a repeat from another body under the same key. */
  bodyTag: string;
  correlationId: string;
  causationId?: string;
  /** Why, for corrections, voids, late facts and revisions. */
  reason?: { code: string } & FreeText;
};

/** An event to be appended. `data` and `meta` are canonical JSON (RFC 8785), as they will be stored and hashed. */
export interface NewEvent {
  id: string;
  type: string;
  schema: number;
  data: string;
  meta: string;
}

/** An event as it lies in the store, byte for byte; the salt is 16 random bytes that no one outside needs to see. */
export interface StoredEvent extends NewEvent {
  /** The engine's own place in its log: ordered, opaque, may have gaps. */
  position: bigint;
  stream: string;
  /** Place in its stream, from 0. */
  revision: number;
  scope: string;
  recordedAt: Instant;
  salt: Buffer;
  /** Of an append's first event, where the engine could not do all of the append at once. Outside the hash. */
  pending?: Pending;
}

/** What is left to whoever gives the ordinals: whether guards held, and texts to be destroyed, doing it twice is harmless. */
export interface Pending {
  guards?: readonly Guard[];
  redactions?: readonly TextPlace[];
}

/** An event opened for reading: parsed, lifted to its newest schema. */
export interface Event<Data = unknown> {
  id: string;
  type: string;
  stream: string;
  /** The id of the thing whose stream this is. */
  thing: string;
  revision: number;
  /** Of `data`. */
  schema: number;
  scope: string;
  recordedAt: Instant;
  position: bigint;
  data: Data;
  meta: Meta;
}

/** An event with its place among the ledger's events: 1, 2, 3 ... without gaps, the same on every engine. */
export interface OrderedEvent<Data = unknown> extends Event<Data> {
  ordinal: number;
}

/** What deciders decide: the shape of an event type is `{ type, data }`. */
export interface AnyEvent {
  type: string;
  data: object;
}

/**
 * A decided event: its data, the free texts to be held apart, by the field of `data` that gets their hash, and the texts
 * of earlier events that are destroyed with it.
 */
export type Draft<E extends AnyEvent = AnyEvent> = E extends AnyEvent
  ? {
      type: E['type'];
      data: E['data'];
      texts?: Partial<Record<keyof E['data'] & string, string | undefined>>;
      redacts?: readonly TextPlace[];
    }
  : never;

/** Opens a stored event. Older schemas are lifted here, by pure functions, once there are any. */
export function open(stored: StoredEvent): Event {
  return {
    id: stored.id,
    type: stored.type,
    stream: stored.stream,
    thing: stored.stream.slice(-36),
    revision: stored.revision,
    schema: stored.schema,
    scope: stored.scope,
    recordedAt: stored.recordedAt,
    position: stored.position,
    data: JSON.parse(stored.data) as unknown,
    meta: JSON.parse(stored.meta) as Meta,
  };
}
