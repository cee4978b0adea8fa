import type { Unanswered } from '#catalogue';
import { StoreUnavailable } from '#event-sourcing';
import { unansweredIn } from '#indicators';
import type { LivePorts } from './backend.js';

/** Milliseconds that closing a period waits for the projections. */
const PATIENCE = 5_000;

/** What `ClosePeriod` asks. A fact recorded just before it is an answer, so the projections must have passed the log's end. */
export function unansweredNow({ store, readModels, ledger }: LivePorts, patience = PATIENCE): Unanswered {
  return async (project, window) => {
    const isPassed = await readModels.waitFor(await store.end(), patience);
    if (!isPassed) throw new StoreUnavailable('the projections have not passed the end of the log');
    return unansweredIn(readModels, ledger, project, window);
  };
}
