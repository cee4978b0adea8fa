import type { BinaryEventData } from '@kurrent/kurrentdb-client';
import { UnacceptableEvent, type Pending, type StoredEvent } from '#event-sourcing';
import { StreamDamaged } from './stream-damaged.js';

/** An event as KurrentDB holds it: `data` byte for byte, and beside it, as metadata, the JSON of a `Wrapper`. */
export type Wire = BinaryEventData<{ type: string; data: Uint8Array; metadata: Uint8Array }>;

/** DANGER: a stored shape. What KurrentDB has no place for, or would not give back as it was. */
interface Wrapper {
  /** The text of `meta`, as text: an object would come back with its keys in another order. */
  meta: string;
  recordedAt: string;
  /** Base64 */
  salt: string;
  schema: number;
  scope: string;
  pending?: Pending;
}

/** As a read answers it. */
export interface Recorded {
  streamId: string;
  id: string;
  revision: bigint;
  type: string;
  isJson: boolean;
  data: unknown;
  metadata?: unknown;
  position?: { commit: bigint };
}

/** Bytes that one append may hold, unless the server is told otherwise. */
const MOST_BYTES = 1024 * 1024;
/** What an event takes beside its data and metadata, at most: its type twice, its id, what frames it. */
const FRAME_BYTES = 300;
/** Where the server is too old to say where in the log an event of a stream stands. */
const NO_POSITION = 2n ** 63n - 1n;

const utf8 = new TextEncoder();

export function toWire(event: Omit<StoredEvent, 'position' | 'revision' | 'stream'>): Wire {
  const { id, type, data, meta, recordedAt, salt, schema, scope, pending } = event;
  const wrapper: Wrapper = {
    meta,
    recordedAt,
    salt: salt.toString('base64'),
    schema,
    scope,
    ...(pending && { pending }),
  };
  const metadata = utf8.encode(JSON.stringify(wrapper));
  return { id, type, contentType: 'application/octet-stream', data: utf8.encode(data), metadata };
}

/** Throws LogDamaged for what is not as `toWire` makes it. `log` is the prefix of its streams, without the dot. */
export function fromWire(recorded: Recorded, log: string): StoredEvent {
  const { id, type, data, metadata, position, revision } = recorded;
  const stream = recorded.streamId.slice(log.length + 1);
  if (!position || position.commit >= NO_POSITION) throw new Error('KurrentDB is older than EventStoreDB 22.10.');
  if (recorded.isJson || !(data instanceof Uint8Array) || !isWrapper(metadata)) {
    throw new StreamDamaged(recorded.streamId, `has an event at revision ${revision} that is not Attest's`);
  }
  const { meta, recordedAt, schema, scope, pending } = metadata;
  return {
    ...{ id, type, schema, data: Buffer.from(data.buffer, data.byteOffset, data.length).toString('utf8'), meta },
    ...{ position: position.commit, stream, revision: Number(revision), scope, recordedAt },
    salt: Buffer.from(metadata.salt, 'base64'),
    ...(pending && { pending }),
  };
}

function isWrapper(metadata: unknown): metadata is Wrapper {
  const { meta, recordedAt, salt, schema, scope } = (metadata ?? {}) as Partial<Wrapper>;
  const texts = [meta, recordedAt, salt, scope];
  return texts.every((text) => typeof text === 'string') && typeof schema === 'number';
}

export function wireBytes(events: readonly Wire[]): number {
  return events.reduce((sum, { data, metadata }) => sum + data.length + metadata.length + FRAME_BYTES, 0);
}

/** Throws UnacceptableEvent: a larger append would break the connection that it shares with its neighbours. */
export function checkWire(events: readonly Wire[]): void {
  const bytes = wireBytes(events);
  if (bytes <= MOST_BYTES) return;
  throw new UnacceptableEvent(`an append to KurrentDB has at most ${MOST_BYTES} bytes with its metadata, not ${bytes}`);
}

/** Whether the next event still fits into an append. */
export const fits = (events: readonly Wire[], next: Wire) => wireBytes([...events, next]) <= MOST_BYTES;
