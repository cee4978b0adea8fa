import { canonical, register, type DefinitionRow } from '#event-sourcing';
import type { BaselineData, DefinitionData, IndicatorEvent, TargetRevisionData } from './indicator.js';
import type { NothingData, ObservationEvent, ObservedData } from './observation.js';

export interface IndicatorRow extends DefinitionData {
  status: 'defined' | 'voided';
  /** Version of the definition in force, from 1: another one counts otherwise. Names and words are of no version. */
  version: number;
  baseline?: BaselineData;
  /** The target in force. */
  target?: TargetRevisionData;
  /** What it was before it was revised, oldest first. */
  earlierTargets: readonly TargetRevisionData[];
}

/** The indicators of the logframe, with baseline and target. */
export const indicatorRegister = register<IndicatorRow, IndicatorEvent>()({
  name: 'indicator-register',
  version: 1,
  evolve: {
    IndicatorDefined: (_, { data }) => ({ ...data, status: 'defined', version: 1, earlierTargets: [] }),
    IndicatorRedefined: (row, { data: { replaces: _, ...data } }) => {
      const { status, version, baseline, target, earlierTargets } = row as IndicatorRow;
      const anew = countedBy(data) === countedBy(row as IndicatorRow) ? version : version + 1;
      return { ...data, status, version: anew, baseline, target, earlierTargets };
    },
    IndicatorVoided: (row) => ({ ...(row as IndicatorRow), status: 'voided' }),
    BaselineSet: (row, { data }) => ({ ...(row as IndicatorRow), baseline: data }),
    BaselineCorrected: (row, { data: { replaces: _, ...data } }) => ({ ...(row as IndicatorRow), baseline: data }),
    BaselineVoided: (row) => ({ ...(row as IndicatorRow), baseline: undefined }),
    TargetSet: (row, { data }) => ({ ...(row as IndicatorRow), target: data }),
    TargetRevised: (row, { data }) => {
      const { target, earlierTargets, ...rest } = row as IndicatorRow;
      return { ...rest, target: data, earlierTargets: [...earlierTargets, target as TargetRevisionData] };
    },
    TargetCorrected: (row, { data: { replaces: _, ...data } }) => ({ ...(row as IndicatorRow), target: data }),
    TargetVoided: (row) => {
      const known = row as IndicatorRow;
      return { ...known, target: known.earlierTargets.at(-1), earlierTargets: known.earlierTargets.slice(0, -1) };
    },
  },
});

/** What figures rest on: where it changes, the series breaks. */
const countedBy = ({ measure, accumulation, direction }: DefinitionData): string =>
  canonical({ measure, accumulation, direction });

/** A version of an indicator's definition, as the ledger takes it. */
export type IndicatorDefinition = DefinitionRow & Pick<DefinitionData, 'measure'>;

export type ObservationRow = { status: 'recorded' | 'voided' } & (ObservedData | NothingData);

/** Values that were reported for an indicator, and recorded zeros. */
export const observationRegister = register<ObservationRow, ObservationEvent>()({
  name: 'observation-register',
  version: 1,
  evolve: {
    ValueRecorded: (_, { data }) => ({ ...data, status: 'recorded' }),
    ValueCorrected: (_, { data: { replaces: __, ...data } }) => ({ ...data, status: 'recorded' }),
    NothingTookPlace: (_, { data }) => ({ ...data, status: 'recorded' }),
    ValueVoided: (row) => ({ ...(row as ObservationRow), status: 'voided' }),
  },
  validity: (row) =>
    'value' in row ? { from: row.occurredOn ?? null, to: row.occurredOn ?? null } : { from: row.from, to: row.to },
});
