import { canonical } from '#event-sourcing';
import type { LogframeData } from './logframe.js';

/** A result or an indicator in two versions side by side; null = that version does not have it. */
export interface Compared<Part> {
  id: string;
  change: 'added' | 'removed' | 'changed' | 'same';
  /** Of what is changed: the fields that differ. */
  fields: string[];
  before: Part | null;
  after: Part | null;
}

export interface LogframeComparison {
  results: Compared<LogframeData['results'][number]>[];
  indicators: Compared<NonNullable<LogframeData['indicators']>[number]>[];
}

/** Two versions side by side: in the order of the later one, and then what it does not have any more. */
export const compareLogframes = (before: LogframeData, after: LogframeData): LogframeComparison => ({
  results: compared(before.results, after.results, ({ result }) => result),
  indicators: compared(before.indicators ?? [], after.indicators ?? [], ({ indicator }) => indicator),
});

function compared<Part extends object>(
  before: readonly Part[],
  after: readonly Part[],
  idOf: (part: Part) => string,
): Compared<Part>[] {
  const earlier = new Map(before.map((part) => [idOf(part), part]));
  const later = new Set(after.map(idOf));
  const beside = after.map((part): Compared<Part> => {
    const known = earlier.get(idOf(part)) ?? null;
    const fields = known ? differing(known, part) : [];
    const change = !known ? 'added' : fields.length > 0 ? 'changed' : 'same';
    return { id: idOf(part), change, fields, before: known, after: part };
  });
  const gone = before.filter((part) => !later.has(idOf(part)));
  return [
    ...beside,
    ...gone.map((part): Compared<Part> => ({
      ...{ id: idOf(part), change: 'removed', fields: [] },
      ...{ before: part, after: null },
    })),
  ];
}

function differing(before: object, after: object): string[] {
  const fields = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  const at = (part: object, field: string) => canonical({ at: (part as Record<string, unknown>)[field] });
  return fields.filter((field) => at(before, field) !== at(after, field));
}
