import { setTimeout as delay } from 'node:timers/promises';
import { grant, type KnownGrants } from '#access';
import { open, type EventStore } from '#event-sourcing';

/** Milliseconds between two looks where nobody asks for one. What this process grants and revokes itself counts before that. */
const PAUSE = 1_000;

/** Keeps what this process knows of grants up with the log, as other processes grant and revoke, too. */
export class GrantWatch {
  #after = 0n;
  #underWay: Promise<void> | undefined;
  #next: Promise<void> | undefined;

  private constructor(
    private readonly store: EventStore,
    private readonly grants: KnownGrants,
  ) {}

  /** Reads the grants of the log, and goes on reading them until the signal. Rejects where the first reading fails. */
  static async begin(store: EventStore, grants: KnownGrants, signal: AbortSignal): Promise<GrantWatch> {
    const watch = new GrantWatch(store, grants);
    await watch.look();
    grants.complete();
    void watch.#goOn(signal);
    return watch;
  }

  /**
   * Resolves once all that was recorded before the call is known here. Throws StoreUnavailable. All who ask while one look is
   * under way share the next one, as that one may have begun before.
   */
  look(): Promise<void> {
    if (!this.#underWay) return (this.#underWay = this.#read().finally(() => (this.#underWay = undefined)));
    return (this.#next ??= this.#underWay
      .catch(() => undefined)
      .then(() => {
        this.#next = undefined;
        return this.look();
      }));
  }

  async #read(): Promise<void> {
    const end = await this.store.end();
    if (end <= this.#after) return;
    for await (const events of this.store.readAll({ after: this.#after, filter: { categories: [grant.category] } })) {
      this.grants.apply(events.map(open));
    }
    this.#after = end;
  }

  async #goOn(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await delay(PAUSE, undefined, { signal, ref: false }).catch(() => undefined);
      // The database may be gone for a moment: then commands are not taken either.
      if (!signal.aborted) await this.look().catch(() => undefined);
    }
  }
}
