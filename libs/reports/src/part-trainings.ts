import { possibleDays, type Row } from '#event-sourcing';
import type { TrainingRow } from '#trainings';
import { dated, numberCell, type FigureBook, type Lineage } from './figure-book.js';
import type { Cell, FigureCell, Phrase, Section, TableRow } from './report-document.js';
import { say } from './render-words.js';
import type { ReportData } from './report-data.js';

type Training = Row<TrainingRow>;
/** A figure of participants: `part` says how many of a training's it takes. */
type MakeFigure = (key: string, title: Phrase, part: (row: TrainingRow) => number) => FigureCell;

const sexes = ['female', 'male', 'unknown'] as const;
const absent: Cell = { kind: 'absent', state: 'not-stated' };

/** Part 5: trainings held in the period and who took part, by sex and by organisation; attendance, not unique people. */
export function trainings(data: ReportData, book: FigureBook): Section {
  const window = data.ask.period;
  const plain = { occurredOn: (row: TrainingRow) => row.occurredOn, what: (row: TrainingRow) => row.title };
  const { inside, unplaced, lineage } = dated(data, data.trainings, window, plain);
  const section = { id: 'trainings', title: say('section.trainings') };
  if (inside.length + unplaced.length === 0) return { ...section, blocks: [], empty: say('empty.trainings') };
  const held = book.number(inside.length === 0 ? null : String(inside.length), {
    key: 'trainings.held',
    title: say('figure.trainings-held'),
    measure: 'count@1',
    window,
    ...lineage,
  });
  const counted = inside.filter((row) => row.document.headcount);
  const attendance = dated(data, data.trainings, window, {
    ...plain,
    value: ({ headcount }) => (headcount ? numberCell(headcount.total) : null),
  }).lineage;
  const figure: MakeFigure = (key, title, part) =>
    book.number(counted.length === 0 ? null : String(counted.reduce((sum, row) => sum + part(row.document), 0)), {
      ...{ key, title, measure: 'attendance@1', window },
      ...valued(attendance, counted, part),
    });
  const total = figure('participants.total', say('figure.participants'), (row) => row.headcount?.total ?? 0);
  const bySex = sexes.map((sex) =>
    figure(`participants.sex.${sex}`, say('figure.participants-sex', { sex: say(`sex.${sex}`) }), (row) =>
      ofSex(row, sex),
    ),
  );
  return {
    ...section,
    page: 'landscape',
    intro: say(inside.length === 0 ? 'trainings.none' : 'trainings.counted', { held, participants: total }),
    blocks: [
      {
        kind: 'table',
        caption: say('caption.trainings'),
        columns: [
          { title: say('column.training'), kind: 'text', width: 34 },
          { title: say('column.date'), kind: 'date', width: 16 },
          { title: say('column.days'), kind: 'number', width: 7 },
          { title: say('column.place'), kind: 'text', width: 12 },
          { title: say('column.women'), kind: 'number', width: 9 },
          { title: say('column.men'), kind: 'number', width: 9 },
          { title: say('column.unknown'), kind: 'number', width: 9 },
          { title: say('column.total'), kind: 'number', width: 9 },
        ],
        headerGroups: [{ span: 4 }, { title: say('column.participants'), span: 4 }],
        rows: [
          ...inside.sort(byDate).map(trainingRow),
          ...(unplaced.length > 0 ? [{ kind: 'group' as const, title: say('group.not-placed') }] : []),
          ...unplaced.sort(byDate).map(trainingRow),
          { kind: 'total', cells: [say('column.total'), '', '', '', ...bySex, total] },
        ],
        notes: [
          say('note.attendance'),
          ...(inside.length > counted.length ? [say('note.headcount-not-stated')] : []),
          ...inside.flatMap((row) => trainingNote(data, row)),
        ],
      },
      ...organisationTable(data, counted, figure, total),
    ],
  };
}

/** What was noted of it, such as why its days are fewer than its dates. */
function trainingNote(data: ReportData, { document: { title, note } }: Training): Phrase[] {
  return note
    ? [say('note.training', { title, note: { kind: 'free', ...note, text: data.texts.get(note.textHash) } })]
    : [];
}

function byDate(a: Training, b: Training): number {
  const [one, other] = [a, b].map((row) => possibleDays(row.document.occurredOn)?.first ?? '') as [string, string];
  if (one !== other) return one < other ? -1 : 1;
  return a.key < b.key ? -1 : 1;
}

function organisationTable(data: ReportData, counted: readonly Training[], figure: MakeFigure, total: FigureCell) {
  const ids = new Set(
    counted.flatMap((row) => row.document.headcount?.byOrganisation?.flatMap((part) => part.organisation ?? []) ?? []),
  );
  if (ids.size === 0) return [];
  const names = new Map(data.organisations.map(({ key, document }) => [key, document.name]));
  const name = (id: string) => names.get(id) ?? id;
  const row = (id: string, title: Phrase): TableRow => ({
    kind: 'row',
    cells: [
      title,
      figure(
        `participants.organisation.${id}`,
        say('figure.participants-organisation', { organisation: title }),
        (one) => ofOrganisation(one, id),
      ),
    ],
  });
  return [
    {
      kind: 'table' as const,
      caption: say('caption.participants-organisation'),
      columns: [
        { title: say('column.organisation'), kind: 'text' as const, width: 75 },
        { title: say('column.participants'), kind: 'number' as const, width: 25 },
      ],
      rows: [
        ...[...ids].sort((a, b) => (name(a) < name(b) ? -1 : 1)).map((id) => row(id, name(id))),
        row('unknown', say('column.unknown')),
        { kind: 'total' as const, cells: [say('column.total'), total] },
      ],
    },
  ];
}

function trainingRow({ document: row }: Training): TableRow {
  const { headcount } = row;
  return {
    kind: 'row',
    cells: [
      row.title,
      { kind: 'date', date: row.occurredOn ?? null },
      row.days === undefined ? absent : numberCell(row.days),
      row.place ?? absent,
      ...sexes.map((sex) => (headcount ? numberCell(ofSex(row, sex)) : absent)),
      headcount ? numberCell(headcount.total) : absent,
    ],
  };
}

/** Without a breakdown everybody is of unknown sex: the parts always add up to the total. */
const ofSex = ({ headcount }: TrainingRow, sex: (typeof sexes)[number]) =>
  headcount?.bySex ? headcount.bySex[sex] : sex === 'unknown' ? (headcount?.total ?? 0) : 0;

function ofOrganisation({ headcount }: TrainingRow, id: string): number {
  if (!headcount?.byOrganisation) return id === 'unknown' ? (headcount?.total ?? 0) : 0;
  const own = headcount.byOrganisation.filter((part) => (part.organisation ?? 'unknown') === id);
  return own.reduce((sum, part) => sum + part.count, 0);
}

/** The lineage with each event's own part of the figure; events that add nothing to it are not listed. */
function valued(
  { events, leftOut }: Lineage,
  counted: readonly Training[],
  part: (row: TrainingRow) => number,
): Lineage {
  const parts = new Map(counted.map((row) => [row.eventId, part(row.document)]));
  return {
    events: events.map((line) => ({ ...line, value: numberCell(parts.get(line.event) ?? 0) })).filter(isSomething),
    leftOut,
  };
}

const isSomething = ({ value }: { value: { value: string | null } }) => value.value !== '0';
