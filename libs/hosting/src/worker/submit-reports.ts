import { setTimeout as delay } from 'node:timers/promises';
import type { EventStore, ReadModels } from '#event-sourcing';
import type { createLogger } from '#http';
import type { ReportSubmitter } from '#reports';

export interface Submitting {
  store: EventStore;
  readModels: ReadModels;
  submitter: ReportSubmitter;
  signal: AbortSignal;
  logger: ReturnType<typeof createLogger>;
}

/** Milliseconds between tries, while a report cannot be made yet. */
const SHORTEST_PAUSE = 100;
const LONGEST_PAUSE = 5_000;

/** Makes every report that is asked for, from those that waited at the start on, until the signal. */
export async function submitReports({ store, readModels, submitter, signal, logger }: Submitting): Promise<void> {
  const attempt = async <T>(work: () => Promise<T>, isDone: (result: T) => boolean) => {
    for (let pause = SHORTEST_PAUSE; !signal.aborted; pause = Math.min(2 * pause, LONGEST_PAUSE)) {
      try {
        if (isDone(await work())) return;
      } catch (err) {
        logger.warn({ err }, 'Reports wait; trying again.');
      }
      await delay(pause, undefined, { signal }).catch(() => undefined);
    }
  };
  const makeAll = async (upTo: bigint) => {
    await attempt(() => readModels.waitFor(upTo, 1_000), Boolean);
    await attempt(
      () => submitter.run(),
      (left) => left === 0,
    );
  };

  let after = 0n;
  await attempt(
    async () => (after = await store.end()),
    () => true,
  );
  await makeAll(after);
  for await (const events of store.subscribe({ after, filter: { categories: ['report'] }, signal })) {
    await makeAll(events.at(-1)!.position);
  }
}
