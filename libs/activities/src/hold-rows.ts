import type { HoldData, ResumptionData } from './holds.js';

type Recorded<Data> = Data & { eventId: string };

/** A hold as registers show it: as it stands, with its resumption where there was one. */
export type HoldRow = Recorded<HoldData> & { resumed?: Recorded<ResumptionData> };

/** In the order in which they were recorded. */
type HoldRows = readonly HoldRow[];
type Told<Data> = { id: string; data: Data };

export const put = (holds: HoldRows, { id, data }: Told<HoldData>): HoldRow[] => [...holds, { ...data, eventId: id }];

export const corrected = (
  holds: HoldRows,
  { id, data: { replaces: _, ...data } }: Told<HoldData & { replaces: string }>,
): HoldRow[] => holds.with(-1, { ...data, eventId: id, resumed: holds.at(-1)?.resumed });

export const withoutLast = (holds: HoldRows): HoldRow[] => holds.slice(0, -1);

export const resumed = (holds: HoldRows, told: Told<ResumptionData & { replaces?: string }> | undefined): HoldRow[] => {
  const { replaces: _, ...data } = told?.data ?? {};
  return holds.with(-1, { ...(holds.at(-1) as HoldRow), resumed: told && { ...data, eventId: told.id } });
};

/** The last of them, while it is not resumed. */
export const standing = (holds: HoldRows): HoldRow | undefined => (holds.at(-1)?.resumed ? undefined : holds.at(-1));
