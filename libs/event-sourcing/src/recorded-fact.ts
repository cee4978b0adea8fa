/** A fact that is recorded, restated as a whole and voided: what its rules remember of it. */
export type Fact<Facts> = { status: 'none' } | RecordedFact<Facts>;
export type RecordedFact<Facts> = { status: 'recorded' | 'voided'; event: string; facts: Facts };

export const recordedAs = <Facts extends object>(
  _: Fact<Facts>,
  facts: Facts,
  { id }: { id: string },
): RecordedFact<Facts> => ({ status: 'recorded', event: id, facts });

export const correctedTo = <Facts extends object>(
  _: Fact<Facts>,
  { replaces: __, ...facts }: Facts & { replaces: string },
  { id }: { id: string },
): RecordedFact<Facts> => ({ status: 'recorded', event: id, facts: facts as unknown as Facts });

export const voidedNow = <Facts extends object>(state: Fact<Facts>): RecordedFact<Facts> => ({
  ...(state as RecordedFact<Facts>),
  status: 'voided',
});

// ── What a fact names ──

/** What a thing that another one names is known by; undefined = there is none, or none is named. */
export type Known = { status: string } | undefined;

/** Refuses a name of what there is not, or what was voided. A merged thing may be named: it counts as the other. */
export function checkNamed<Of extends string>(
  reject: (code: `unknown-${Of}` | `${Of}-voided`, detail: undefined, pointer: string) => never,
  of: Of,
  id: string | undefined,
  known: Known,
  pointer = `/${of}`,
) {
  if (id === undefined) return;
  if (!known) reject(`unknown-${of}`, undefined, pointer);
  if (known?.status === 'voided') reject(`${of}-voided`, undefined, pointer);
}
