import { setTimeout as delay } from 'node:timers/promises';
import { grant, type KnownGrants } from '#access';
import { open, type EventStore } from '#event-sourcing';

/** Milliseconds between two looks. What this process grants and revokes itself counts before that. */
const PAUSE = 1_000;

/**
 * Reads the grants of the log, and goes on reading them until the signal: another process on the same database may grant
 * and revoke, too. Rejects where the first reading fails; later ones are tried again.
 */
export async function watchGrants(store: EventStore, grants: KnownGrants, signal: AbortSignal): Promise<void> {
  let after = 0n;
  const read = async () => {
    const end = await store.end();
    if (end <= after) return;
    for await (const events of store.readAll({ after, filter: { categories: [grant.category] } })) {
      grants.apply(events.map(open));
    }
    after = end;
  };
  await read();
  grants.complete();
  void (async () => {
    while (!signal.aborted) {
      await delay(PAUSE, undefined, { signal, ref: false }).catch(() => undefined);
      // The database may be gone for a moment: then commands are not taken either.
      if (!signal.aborted) await read().catch(() => undefined);
    }
  })();
}
