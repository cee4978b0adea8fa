import { setTimeout as delay } from 'node:timers/promises';
import type { ReplayJobs } from '#postgres/src/replay-jobs.js';
import type { ReplayProgress } from '#postgres/src/replay.js';

/** Milliseconds between two looks for a replay that is asked for; and between two notes of how far one is. */
const PAUSE = 500;

/** Does the replays that are asked for, one after the other, until the signal; one that another did not end is begun anew. */
export async function doReplays(
  jobs: ReplayJobs,
  replay: (to: number, told: (progress: ReplayProgress) => void) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const next = await jobs.take();
    if (!next) {
      await delay(PAUSE, undefined, { signal }).catch(() => undefined);
      continue;
    }
    let last: ReplayProgress | undefined;
    const noting = setInterval(() => {
      // One that is lost is told again by the next, and by the end.
      if (last) void jobs.tell(next.id, last).catch(() => undefined);
    }, PAUSE);
    try {
      await replay(next.to, (progress) => (last = progress));
      clearInterval(noting);
      if (last) await jobs.tell(next.id, last);
    } catch (fault) {
      clearInterval(noting);
      // Cut off by our own end: whoever leads next begins it anew. Where the database is away, it counts as a try.
      if (signal.aborted) await jobs.putBack(next.id).catch(() => undefined);
      else await jobs.fail(next.id, fault instanceof Error ? fault.message : String(fault));
    }
  }
}
