import type { Unanswered } from '#catalogue';
import { notNow } from '#http';
import { figureRegisters, unansweredIn } from '#indicators';
import type { LivePorts } from './backend.js';

/** Milliseconds that closing a period waits for the projections. */
const PATIENCE = 5_000;

/** What `ClosePeriod` asks. A fact recorded just before it is an answer, so the figures must have passed the log's end. */
export function unansweredNow(
  { store, readModels, ledger }: Omit<LivePorts, 'projections'>,
  patience = PATIENCE,
): Unanswered {
  return async (project, window) => {
    const isPassed = await readModels.waitFor(await store.end(), patience, figureRegisters);
    if (!isPassed) {
      throw notNow(
        'What was recorded is not in the figures yet. Send the same again in a second.',
        'not-projected-yet',
      );
    }
    return unansweredIn(readModels, ledger, project, window);
  };
}
