import { possibleDays, type Occurrence } from '#event-sourcing';

/** A fact that is recorded, restated as a whole and voided: what its rules remember of it. */
export type Fact<Facts> = { status: 'none' } | Recorded<Facts>;
export type Recorded<Facts> = { status: 'recorded' | 'voided'; event: string; facts: Facts };

export const recordedAs = <Facts extends object>(
  _: Fact<Facts>,
  facts: Facts,
  { id }: { id: string },
): Recorded<Facts> => ({ status: 'recorded', event: id, facts });

export const correctedTo = <Facts extends object>(
  _: Fact<Facts>,
  { replaces: __, ...facts }: Facts & { replaces: string },
  { id }: { id: string },
): Recorded<Facts> => ({ status: 'recorded', event: id, facts: facts as unknown as Facts });

export const voidedNow = <Facts extends object>(state: Fact<Facts>): Recorded<Facts> => ({
  ...(state as Recorded<Facts>),
  status: 'voided',
});

/** Where no reading of the two dates has the first before the second: 2021-04 to 2021 has one. */
export function endsBeforeStart(from: Occurrence | undefined, to: Occurrence | undefined): boolean {
  const first = possibleDays(from)?.first;
  const last = possibleDays(to)?.last;
  return Boolean(first && last && last < first);
}

/** What a thing that another one names is known by; undefined = there is none, or none is named. */
export type Known = { status: string } | undefined;
