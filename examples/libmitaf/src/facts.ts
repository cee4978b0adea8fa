import { parse } from 'csv-parse/sync';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The facts as they lie in `facts/`: every cell a text, and an empty one is "not stated" (see `facts/README.md`). */
export interface Facts {
  project: ReadonlyMap<string, string>;
  budget: readonly Cells<'heading' | 'amount_eur'>[];
  logframe: readonly Cells<
    | 'result_code'
    | 'result'
    | 'indicator'
    | 'unit'
    | 'baseline_value'
    | 'baseline_year'
    | 'target_operator'
    | 'target_value'
    | 'target_year'
  >[];
  activities: readonly Cells<'row' | 'code' | 'title'>[];
  strands: readonly Cells<'strand' | 'title' | 'logframe_activities' | 'result' | 'links'>[];
  workplan: readonly Cells<
    | 'row'
    | 'strand'
    | 'activity_row'
    | 'title'
    | 'footnotes'
    | 'months_marked'
    | 'completed_on'
    | 'planned_on'
    | 'on_hold'
  >[];
  footnotes: readonly Cells<'footnote' | 'kind' | 'date' | 'subject'>[];
  meetings: readonly Cells<
    'group' | 'counterpart_kind' | 'counterpart' | 'date' | 'kind' | 'mode' | 'place' | 'topic'
  >[];
}

type Cells<Column extends string> = Readonly<Record<Column, string>>;

const table = <Column extends string>(name: string): Cells<Column>[] =>
  parse(readFileSync(join(folder(), `${name}.csv`)), { columns: true, skip_empty_lines: true });

export function readFacts(): Facts {
  const project = table<'field' | 'value'>('project').map(({ field, value }) => [field, value] as const);
  return {
    project: new Map(project),
    budget: table('budget'),
    logframe: table('logframe'),
    activities: table('activities'),
    strands: table('strands'),
    workplan: table('workplan'),
    footnotes: table('footnotes'),
    meetings: table('meetings'),
  };
}

/** An empty cell is a field that is left out: not stated, never a guess. */
export const stated = (cell: string | undefined): string | undefined => (cell ? cell : undefined);

/** The CSVs are not compiled: looked for from here upwards, beside the sources or above `dist`. */
function folder(): string {
  for (let at = import.meta.dirname; at !== dirname(at); at = dirname(at)) {
    const found = join(at, 'examples', 'libmitaf', 'facts');
    if (existsSync(found)) return found;
  }
  throw new Error('the folder examples/libmitaf/facts is missing: run the example from its repository');
}
