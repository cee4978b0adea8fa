import { createSecretKey, type KeyObject } from 'node:crypto';
import { eventHash, leaf, scopeSecret, type Instant, type Meta, type StoredEvent } from '#event-sourcing';
import type { Cell } from './copy.js';
import { Opened } from './sequence.js';

/** Where the order stands after some events. */
export interface Standing {
  ordinal: number;
  position: bigint;
  /** Running maximum of recordedAt. */
  knownAt: Instant;
}

/** Events with their ordinals, and the row of each, in the order of `orderColumns`; the order after them. */
export interface Ordered {
  events: Opened[];
  rows: Cell[][];
  leaves: string[];
  standing: Standing;
  counts: ReadonlyMap<string, number>;
}

export const orderColumns = [
  ...['ordinal', 'position', 'event_id', 'scope', 'scope_ordinal', 'known_at', 'recorded_at', 'stream', 'type'],
  ...['actor', 'reason', 'leaf'],
] as const;

/**
 * Ordinals 1, 2, 3 ... in the order of the log, with a leaf for each event. All of it follows from the log and the ledger's
 * secret alone, so that any engine, and any copy of the log, gives the same.
 */
export class Ordering {
  readonly #scopes = new Map<string, { secret: KeyObject; count: number }>();

  constructor(
    private readonly ledgerSecret: Buffer,
    public standing: Standing = { ordinal: 0, position: 0n, knownAt: '' },
  ) {}

  knows(scope: string): boolean {
    return this.#scopes.has(scope);
  }

  /** A scope of which so many events have an ordinal. */
  meet(scope: string, count: number): void {
    this.#scopes.set(scope, { secret: createSecretKey(scopeSecret(this.ledgerSecret, scope)), count });
  }

  /** What the next events get; they have it once `keep` is told. */
  order(stored: readonly StoredEvent[]): Ordered {
    const counts = new Map<string, number>();
    let { ordinal, position, knownAt } = this.standing;
    const events: Opened[] = [];
    const rows: Cell[][] = [];
    const leaves: string[] = [];
    for (const event of stored) {
      if (!this.knows(event.scope)) this.meet(event.scope, 0);
      const { secret, count } = this.#scopes.get(event.scope)!;
      const scopeOrdinal = (counts.get(event.scope) ?? count) + 1;
      counts.set(event.scope, scopeOrdinal);
      ordinal += 1;
      position = event.position;
      if (event.recordedAt > knownAt) knownAt = event.recordedAt;
      const text = leaf({ ordinal, scopeOrdinal, scopeSecret: secret, hash: eventHash(event.salt, event) });
      const { actor, reason } = JSON.parse(event.meta) as Partial<Meta>;
      events.push(new Opened(event, ordinal));
      leaves.push(text);
      rows.push([
        ...[ordinal, position, event.id, event.scope, scopeOrdinal, knownAt, event.recordedAt, event.stream],
        ...[event.type, actor ?? '', reason ? JSON.stringify(reason) : null, text],
      ]);
    }
    return { events, rows, leaves, standing: { ordinal, position, knownAt }, counts };
  }

  keep({ standing, counts }: Ordered): void {
    this.standing = standing;
    for (const [scope, count] of counts) this.#scopes.get(scope)!.count = count;
  }
}
