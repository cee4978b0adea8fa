import { isInFuture, register, type LocalDate } from '#event-sourcing';
import { corrected, put, resumed, standing, withoutLast, type HoldRow } from './hold-rows.js';
import type { StrandData, StrandEvent } from './strand.js';

export interface StrandRow extends StrandData {
  status: 'active' | 'on-hold' | 'voided';
  /** Only while it is on hold. */
  onHold?: HoldRow;
  /** All holds that stand, in the order in which they were recorded. */
  holds: HoldRow[];
}

/** The strands of the work plan, and when they were on hold. */
export const strandRegister = register<StrandRow, StrandEvent>()({
  name: 'strand-register',
  version: 1,
  evolve: {
    StrandAdded: (_, { data }) => ({ ...data, status: 'active', holds: [] }),
    StrandCorrected: (row, { data: { replaces: _, ...data } }) => {
      const { status, onHold, holds } = row as StrandRow;
      return { ...data, status, onHold, holds };
    },
    StrandVoided: (row) => ({ ...(row as StrandRow), status: 'voided' }),
    StrandPutOnHold: (row, event) => withHolds(row, (holds) => put(holds, event)),
    StrandHoldCorrected: (row, event) => withHolds(row, (holds) => corrected(holds, event)),
    StrandHoldVoided: (row) => withHolds(row, withoutLast),
    StrandResumed: (row, event) => withHolds(row, (holds) => resumed(holds, event)),
    StrandResumptionCorrected: (row, event) => withHolds(row, (holds) => resumed(holds, event)),
    StrandResumptionVoided: (row) => withHolds(row, (holds) => resumed(holds, undefined)),
  },
  /** Of the hold recorded last: since when is null where it is not stated, which is not "always". */
  validity: ({ holds }) => {
    const last = holds.at(-1);
    if (!last) return {};
    const end = last.resumed ? last.resumed.occurredOn : last.until;
    return { from: last.since ?? null, to: end ?? null };
  },
});

/** The strand as it stood at the end of a day: holds and resumptions that are dated later had not happened yet. */
export function strandOn(row: StrandRow, day: LocalDate): StrandRow {
  const later = row.holds.findIndex((hold) => isInFuture(hold.since, day));
  const by = later < 0 ? row.holds : row.holds.slice(0, later);
  const notYet = isInFuture(by.at(-1)?.resumed?.occurredOn, day);
  if (row.status === 'voided' || (later < 0 && !notYet)) return row;
  const held = withHolds(row, () => by);
  return notYet ? withHolds(held, (holds) => resumed(holds, undefined)) : held;
}

function withHolds(row: StrandRow | undefined, change: (holds: HoldRow[]) => HoldRow[]): StrandRow {
  const holds = change((row as StrandRow).holds);
  const onHold = standing(holds);
  return { ...(row as StrandRow), status: onHold ? 'on-hold' : 'active', onHold, holds };
}
