import { Big } from 'big.js';
import { canonical, type LocalDate, type Row } from '#event-sourcing';
import { plain } from './figures.js';
import { iatiMeasures } from './indicator-commands.js';
import type { IndicatorRow } from './indicator-register.js';
import type { BaselineData, TargetRevisionData } from './indicator.js';
import type { PeriodTargetRow } from './period-target-register.js';
import type { AimedAtData, ShareOfData } from './period-target.js';

export interface TargetRows {
  indicators: readonly Row<IndicatorRow>[];
  targets: readonly Row<PeriodTargetRow>[];
}

/** What does not fit; nothing of it is mended. */
export type TargetFinding =
  /** Other targets say something of the same indicator, period and dimensions. */
  | { code: 'repeated'; others: string[] }
  /** The target that it is a share of is not stated, or is stated more than once. */
  | { code: 'share-not-computable' }
  /** It is a share of what is, by whatever way, a share of it. */
  | { code: 'share-in-a-circle' };

export interface TargetTold {
  id: string;
  /** null with `to`: a milestone, of all up to that day; both null: over the whole project. */
  from: LocalDate | null;
  to: LocalDate | null;
  dimensions: { name: string; value: string }[];
  operator: PeriodTargetRow['operator'];
  /** Of a share what it comes to; null where that cannot be computed. */
  value: string | null;
  upper: string | null;
  /** `by`: the target, or the indicator, whose value it is a share of; of a range its lower end. */
  shareOf?: ShareOfData & { by: string | null };
  findings: TargetFinding[];
}

export interface TargetsOfIndicator {
  indicator: string;
  result: string;
  name: string;
  unit: string;
  /** Code of IATI's codelist IndicatorMeasure, `1` to `5`; null = not stated. */
  iatiMeasure: string | null;
  baseline: BaselineData | null;
  target: TargetRevisionData | null;
  /** The earliest last day first; those over the whole project after the others. */
  periods: TargetTold[];
}

/** Every indicator that stands with its targets, in order of id, and the shares computed. */
export function targetOverview({ indicators, targets }: TargetRows): TargetsOfIndicator[] {
  const standing = indicators.filter(({ document }) => document.status === 'defined');
  const shown = new Set(standing.map(({ key }) => key));
  const set = targets.filter(({ document }) => document.status === 'set' && shown.has(document.indicator));
  const rows: Known = {
    overall: new Map(standing.map(({ key, document }) => [key, document.target])),
    at: Map.groupBy(set, ({ document }) => placeOf(document)),
  };
  const told = Map.groupBy(set, ({ document }) => document.indicator);
  return standing.map(({ key, document }) => ({
    ...{ indicator: key, result: document.result, name: document.name, unit: document.unit },
    iatiMeasure: document.iatiMeasure ? String(iatiMeasures.indexOf(document.iatiMeasure) + 1) : null,
    baseline: document.baseline ?? null,
    target: document.target ?? null,
    periods: (told.get(key) ?? []).map((row) => tell(row, rows)).sort(byPeriod),
  }));
}

interface Known {
  /** Targets over the whole project that stand with their indicators. */
  overall: ReadonlyMap<string, TargetRevisionData | undefined>;
  at: ReadonlyMap<string, Row<PeriodTargetRow>[]>;
}

const placeOf = ({ indicator, from, to, dimensions = [] }: AimedAtData) =>
  canonical([indicator, from ?? null, to ?? null, dimensions.map(({ name, value }) => `${name}=${value}`).sort()]);

function tell(row: Row<PeriodTargetRow>, known: Known): TargetTold {
  const { key, document } = row;
  const { from, to, dimensions, operator, upper, shareOf } = document;
  const others = (known.at.get(placeOf(document)) ?? []).map((one) => one.key).filter((one) => one !== key);
  const { value, by, fault } = valueOf(row, known, new Set());
  return {
    ...{ id: key, from: from ?? null, to: to ?? null, dimensions: dimensions ?? [] },
    ...{ operator, value, upper: upper ?? null },
    ...(shareOf && { shareOf: { ...shareOf, by } }),
    findings: [
      ...(others.length > 0 ? [{ code: 'repeated' as const, others }] : []),
      ...(fault ? [{ code: fault }] : []),
    ],
  };
}

interface Value {
  value: string | null;
  by: string | null;
  fault?: 'share-not-computable' | 'share-in-a-circle';
}

function valueOf({ key, document }: Row<PeriodTargetRow>, known: Known, passed: Set<string>): Value {
  const { value, shareOf } = document;
  if (value !== undefined) return { value, by: null };
  if (passed.has(key)) return { value: null, by: null, fault: 'share-in-a-circle' };
  passed.add(key);
  const share = shareOf as ShareOfData;
  const of = (base: string, by: string) => ({
    value: plain(new Big(base).times(share.percent).times('0.01').toFixed()),
    by,
  });
  const [base, another] = basesOf(document, share, known);
  if (base && !another) {
    const found = valueOf(base, known, passed);
    return found.value === null ? { ...found, by: base.key } : of(found.value, base.key);
  }
  const overall = base || document.from || document.to ? undefined : known.overall.get(share.indicator);
  return overall ? of(overall.value, share.indicator) : { value: null, by: null, fault: 'share-not-computable' };
}

/** Targets of the same period and dimensions; where there are none, of the same period without them. */
function basesOf({ from, to, dimensions, indicator }: AimedAtData, share: ShareOfData, { at }: Known) {
  const place = { indicator: share.indicator, from, to };
  const same = share.indicator === indicator ? undefined : at.get(placeOf({ ...place, dimensions }));
  return same ?? at.get(placeOf(place)) ?? [];
}

function byPeriod(a: TargetTold, b: TargetTold): number {
  const of = ({ from, to, dimensions, id }: TargetTold) =>
    [to ?? '9999-12-31', from ?? '', canonical(dimensions), id].join(' ');
  return of(a) < of(b) ? -1 : 1;
}
