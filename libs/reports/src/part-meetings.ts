import { possibleDays, type Row } from '#event-sourcing';
import type { MeetingRow } from '#meetings';
import { dated, numberCell, type FigureBook, type Lineage } from './figure-book.js';
import type { Cell, Phrase, Section, TableRow } from './report-document.js';
import { say } from './render-words.js';
import type { ReportData } from './report-data.js';

type Meeting = Row<MeetingRow>;

/** Part 8: coordination meetings by group (a framework, or the organisations met), in the order of the first date. */
export function meetings(data: ReportData, book: FigureBook): Section {
  const window = data.ask.period;
  const { inside, unplaced, lineage } = dated(
    data,
    data.meetings.filter((row) => row.document.purpose === 'coordination'),
    window,
    {
      occurredOn: (row) => row.occurredOn,
      what: (row) => [groupTitle(data, row), row.topic].filter(Boolean).join(': '),
    },
  );
  const count = book.number(inside.length === 0 ? null : String(inside.length), {
    key: 'meetings.coordination',
    title: say('figure.meetings'),
    measure: 'count@1',
    window,
    ...lineage,
  });
  const section = { id: 'coordination', title: say('section.coordination') };
  if (inside.length + unplaced.length === 0) {
    return {
      ...section,
      intro: say('coordination.none', { meetings: count }),
      blocks: [],
      empty: say('empty.meetings'),
    };
  }
  return {
    ...section,
    intro:
      inside.length === 0
        ? say('coordination.none', { meetings: count })
        : say('coordination.counted', { meetings: count, groups: groupsFigure(data, book, inside, lineage) }),
    blocks: [
      {
        kind: 'table',
        caption: say('caption.meetings'),
        columns: [
          { title: say('column.date'), kind: 'date', width: 18 },
          { title: say('column.kind'), kind: 'text', width: 14 },
          { title: say('column.mode'), kind: 'text', width: 14 },
          { title: say('column.place'), kind: 'text', width: 12 },
          { title: say('column.topic'), kind: 'text', width: 42 },
        ],
        rows: [
          ...groupRows(data, inside),
          ...(unplaced.length > 0 ? [{ kind: 'group' as const, title: say('group.not-placed') }] : []),
          ...groupRows(data, unplaced, 2),
        ],
      },
    ],
  };
}

/** Groups in the order of their first date, and in each the meetings by date. */
function groupRows(data: ReportData, rows: readonly Meeting[], level: 1 | 2 = 1): TableRow[] {
  const groups = new Map<string, Meeting[]>();
  for (const row of [...rows].sort(byDate)) {
    const key = groupOf(row.document);
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return [...groups.values()].flatMap((own): TableRow[] => [
    { kind: 'group', title: groupTitle(data, (own[0] as Meeting).document), ...(level === 2 && { level }) },
    ...own.map((row) => meetingRow(row.document)),
  ]);
}

/** How many groups were met: the first meeting of each is one, the others add nothing. */
function groupsFigure(data: ReportData, book: FigureBook, inside: readonly Meeting[], { events }: Lineage) {
  const groups = new Map(inside.map((row) => [row.eventId, groupOf(row.document)]));
  const seen = new Set<string | undefined>();
  const lines = events.map((line) => {
    const group = groups.get(line.event);
    const isFirst = !seen.has(group);
    seen.add(group);
    return { ...line, value: numberCell(isFirst ? 1 : 0) };
  });
  return book.number(String(seen.size), {
    key: 'meetings.groups',
    title: say('figure.meeting-groups'),
    measure: 'distinct@1',
    window: data.ask.period,
    events: lines,
    leftOut: [],
  });
}

function meetingRow({ occurredOn, kind, mode, place, topic, redacted }: MeetingRow): TableRow {
  const absent: Cell = { kind: 'absent', state: 'not-stated' };
  const about: Phrase | undefined = topic && redacted ? say('meeting.redacted', { topic }) : topic;
  return {
    kind: 'row',
    cells: [
      { kind: 'date', date: occurredOn ?? null },
      say(`meeting.kind.${kind}`),
      mode ? say(`meeting.mode.${mode}`) : absent,
      // A virtual meeting has no place: the question does not arise.
      place ?? (mode === 'virtual' ? { kind: 'absent', state: 'not-applicable' } : absent),
      about ?? absent,
    ],
  };
}

/** A framework is a group, and so are those who met, in whatever order they were named. */
const groupOf = ({ framework, organisations = [] }: MeetingRow): string =>
  framework ?? [...organisations].sort().join(' ');

/** The framework's name, or the names of those who met, in the order they are recorded. */
function groupTitle(data: ReportData, { framework, organisations = [] }: MeetingRow): string {
  const name = (id: string) => data.organisations.find((row) => row.key === id)?.document.name ?? id;
  return framework ? name(framework) : organisations.map(name).join('; ');
}

/** What is not dated comes last. */
function byDate(a: Meeting, b: Meeting): number {
  const [one, other] = [a, b].map((row) => possibleDays(row.document.occurredOn)?.first ?? '9999') as [string, string];
  if (one !== other) return one < other ? -1 : 1;
  return a.fromOrdinal - b.fromOrdinal;
}
