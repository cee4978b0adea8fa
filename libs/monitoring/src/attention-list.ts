import { activitiesToSee } from './attention-activities.js';
import { figuresToSee } from './attention-figures.js';
import { gapsToSee } from './attention-gaps.js';
import { worksToSee } from './attention-works.js';
import { attentionLists, type Attention, type AttentionData } from './attention.js';

/**
 * What is late, due, off track, without data, on hold and not stated on a day. What is dated after that day had not
 * happened; what has no day in the world (that a report was submitted, a period closed) is as it is known. On hold is not
 * late, and what has begun is not late before its last day.
 */
export function attentionOf(data: AttentionData): Attention[] {
  if (data.project.document.status === 'voided') return [];
  const found = [activitiesToSee, worksToSee, figuresToSee, gapsToSee].flatMap((part) => part(data));
  return found.sort(inOrder);
}

/** List by list, in each what has been so for longest; where that is not stated, last. */
function inOrder(a: Attention, b: Attention): number {
  return (
    attentionLists.indexOf(a.list) - attentionLists.indexOf(b.list) ||
    compare(a.since ?? '~', b.since ?? '~') ||
    compare(a.title, b.title) ||
    compare(a.id, b.id)
  );
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
