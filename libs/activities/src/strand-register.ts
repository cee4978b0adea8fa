import { isInFuture, register, type LocalDate } from '#event-sourcing';
import type { StrandData, StrandEvent, StrandHoldData, StrandResumptionData } from './strand.js';

type Recorded<Data> = Data & { eventId: string };

export interface StrandRow extends StrandData {
  status: 'active' | 'on-hold' | 'voided';
  /** Only while it is on hold. */
  onHold?: Recorded<StrandHoldData>;
  /** All holds that stand, in the order in which they were recorded. */
  holds: (Recorded<StrandHoldData> & { resumed?: Recorded<StrandResumptionData> })[];
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
    StrandPutOnHold: (row, { id, data }) => withHolds(row, (holds) => [...holds, { ...data, eventId: id }]),
    StrandHoldCorrected: (row, { id, data: { replaces: _, ...data } }) =>
      withHolds(row, (holds) => holds.with(-1, { ...data, eventId: id, resumed: holds.at(-1)?.resumed })),
    StrandHoldVoided: (row) => withHolds(row, (holds) => holds.slice(0, -1)),
    StrandResumed: (row, { id, data }) => withResumption(row, { ...data, eventId: id }),
    StrandResumptionCorrected: (row, { id, data: { replaces: _, ...data } }) =>
      withResumption(row, { ...data, eventId: id }),
    StrandResumptionVoided: (row) => withResumption(row, undefined),
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
  return notYet ? withResumption(held, undefined) : held;
}

type Holds = StrandRow['holds'];

function withResumption(row: StrandRow | undefined, resumed: Holds[number]['resumed']): StrandRow {
  return withHolds(row, (holds) => holds.with(-1, { ...(holds.at(-1) as Holds[number]), resumed }));
}

function withHolds(row: StrandRow | undefined, change: (holds: Holds) => Holds): StrandRow {
  const holds = change((row as StrandRow).holds);
  const last = holds.at(-1);
  const onHold = last?.resumed ? undefined : last;
  return { ...(row as StrandRow), status: onHold ? 'on-hold' : 'active', onHold, holds };
}
