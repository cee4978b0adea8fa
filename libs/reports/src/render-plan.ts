import type { PlanLine } from './report-document.js';
import { month, plain, say } from './render-words.js';

/** "2 months, placement not stated". */
export function placementText(placement: PlanLine['placement']): string {
  if (placement.kind === 'count') return plain(say('plan.months', { count: placement.count }));
  if (placement.kind === 'not-stated') return plain(say('plan.not-stated'));
  return placement.months.map((text) => month(text).long).join(', ');
}

/** Beside the status "Completed": "22–23 March 2022", beside "Planned": "for 6 April 2022"; without one the word as well. */
export function planDates({ completed, planned, status }: PlanLine): string[] {
  const said = (
    key: 'plan.completed' | 'plan.planned' | 'plan.planned-beside' | 'filled',
    value: string | undefined,
  ) => (value === undefined ? [] : [plain(say(key, { value: { kind: 'date', date: value } }))]);
  return status === undefined
    ? [...said('plan.completed', completed), ...said('plan.planned', planned)]
    : [...said('filled', completed), ...said('plan.planned-beside', planned)];
}
