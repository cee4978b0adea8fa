import { createSecretKey, type KeyObject } from 'node:crypto';
import { eventHash, leaf, scopeSecret } from './leaf.js';
import { MerkleTree } from './merkle.js';
import type { StoredEvent } from './message.js';

/** The Merkle root of a log, from its events in order alone: what any store that holds a copy of the log must come to. */
export class LogRoot {
  readonly #tree = new MerkleTree();
  readonly #scopes = new Map<string, { secret: KeyObject; count: number }>();

  constructor(private readonly ledgerSecret: Buffer) {}

  get ordinal(): number {
    return this.#tree.size;
  }

  add(event: Omit<StoredEvent, 'position'>): void {
    const scope = this.#scopeOf(event.scope);
    scope.count += 1;
    const hash = eventHash(event.salt, event);
    const place = { ordinal: this.ordinal + 1, scopeOrdinal: scope.count, scopeSecret: scope.secret };
    this.#tree.append(leaf({ ...place, hash }));
  }

  /** Over the events so far, hex. */
  root(): string {
    return this.#tree.root().toString('hex');
  }

  #scopeOf(name: string): { secret: KeyObject; count: number } {
    const known = this.#scopes.get(name);
    if (known) return known;
    const scope = { secret: createSecretKey(scopeSecret(this.ledgerSecret, name)), count: 0 };
    this.#scopes.set(name, scope);
    return scope;
  }
}
