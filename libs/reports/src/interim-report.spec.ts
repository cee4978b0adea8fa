import { Big } from 'big.js';
import { AddHeading, RecordCeiling, StateTotal } from '#budget';
import { AmendContract, CreateProject, OpenPeriod } from '#projects';
import { HoldTraining, VoidTraining } from '#trainings';
import {
  bothYears,
  deskOf,
  deviation,
  firstYear,
  goesOn,
  ids,
  reportOf,
  submit,
} from '../../../test/support/report-story.js';
import { idOf, projectId, World } from '../../../test/support/world.js';
import { templates } from './interim-report.js';
import { hashOf, reportJson, ReportChanged } from './report-desk.js';
import {
  annexEntries,
  documentFaults,
  type AnnexEntry,
  type Cell,
  type PlanBlock,
  type ReportDocument,
  type Section,
  type TableRow,
} from './report-document.js';

let world: World;
let first: ReportDocument;
let second: ReportDocument;
beforeAll(async () => {
  ({ world, first, second } = await bothYears());
});

const sectionOf = (document: ReportDocument, id: string) => document.sections.find((one) => one.id === id) as Section;
const rowsOf = (document: ReportDocument, id: string): TableRow[] =>
  sectionOf(document, id).blocks.flatMap((block) => (block.kind === 'table' ? block.rows : []));
const cellsOf = (document: ReportDocument, id: string, title: string): readonly Cell[] => {
  const row = rowsOf(document, id).find(
    (one) => one.kind === 'row' && JSON.stringify(one.cells).includes(`"${title}"`),
  );
  if (row?.kind !== 'row') throw new Error(`no row ${title}`);
  return row.cells;
};
const figureOf = (document: ReportDocument, key: string) =>
  annexEntries(document).find((entry) => entry.figure === key) as AnnexEntry;
const valueOf = ({ value }: AnnexEntry) =>
  value.kind === 'money' ? value.minor : value.kind === 'figure' ? value.value : value.ratio;
const stateOf = (cell: Cell | undefined) => (cell as { state?: string }).state;
const words = (value: unknown) => JSON.stringify(value);

describe('the document', () => {
  test('has no faults, and the parts of its template in their order', () => {
    for (const document of [first, second]) {
      expect(documentFaults(document)).toEqual([]);
      expect(document.sections).toHaveLength(templates['interim@1']?.length ?? 0);
    }
    expect(first.sections.map(({ id }) => id)).toEqual([
      ...[
        'data-sheet',
        'logframe',
        'activities',
        'trainings',
        'work-plan',
        'coordination',
        'budget',
        'restatements',
        'annex',
      ],
    ]);
  });

  test('says what every reader must know, and what it is a report of', () => {
    expect(first).toMatchObject({
      kind: 'interim',
      statements: ['Invented.'],
      period: { from: '2021-04-01', to: '2022-03-31' },
    });
    expect(first.project).toEqual({ id: projectId, reference: 'X/2021', title: 'Project X' });
  });

  test('every figure has its events, and those that add something add up to it', () => {
    const entries = [...annexEntries(first), ...annexEntries(second)];
    expect(entries.length).toBeGreaterThan(60);
    for (const entry of entries) {
      const parts = entry.events.flatMap(({ value }) =>
        value ? [value.kind === 'money' ? value.minor : value.value] : [],
      );
      const sum = parts.reduce((all, part) => all.plus(part as string), new Big(0)).toFixed();
      const isCount = parts.length === 0 && entry.measure === 'count@1';
      if (valueOf(entry) === null) expect([entry.figure, entry.events]).toEqual([entry.figure, []]);
      else if (isCount) expect([entry.figure, valueOf(entry)]).toEqual([entry.figure, String(entry.events.length)]);
      else if (entry.measure !== 'share@1') expect([entry.figure, valueOf(entry)]).toEqual([entry.figure, sum]);
      for (const row of [...entry.events, ...entry.leftOut]) {
        expect(world.store.log[row.ordinal - 1]).toMatchObject({ id: row.event, type: row.type });
      }
    }
  });

  test('made a second time it is the same, byte for byte', async () => {
    for (const [id, document] of [
      [ids.firstReport, first],
      [ids.secondReport, second],
    ] as const) {
      const row = await reportOf(world, id);
      const again = await deskOf(world).submitted(row);
      expect(reportJson(again)).toBe(reportJson(document));
      expect(hashOf(again)).toBe(row.document.submission?.hash);
    }
  });

  test('at an old cut knows nothing of what came later', async () => {
    const ask = { project: projectId, reportType: 'interim' as const, period: { id: ids.firstYear, ...first.period } };
    const before = await firstYear();
    const ordinal = before.store.log.length;
    const [then, later] = [
      await deskOf(before).draft('interim@1', { ...ask, ordinal }),
      await deskOf(world).draft('interim@1', { ...ask, ordinal }),
    ];
    expect(reportJson(later)).toBe(reportJson(then));
    expect(reportJson(then)).toBe(reportJson(first));
  });

  test('holds free text by its hash alone, and is the same once that is redacted', async () => {
    const json = reportJson(first);
    const stored = JSON.parse(world.store.log.find(({ type }) => type === 'ActivityCompleted')?.data as string) as {
      deviation: { textHash: string };
    };
    expect(words(sectionOf(first, 'activities'))).toContain(deviation);
    expect(json).not.toContain('Mr X');
    expect(json).toContain(stored.deviation.textHash);
    world.store.redact(stored.deviation.textHash);
    const redacted = await deskOf(world).submitted(await reportOf(world, ids.firstReport));
    expect(reportJson(redacted)).toBe(json);
    expect(words(redacted)).not.toContain('Mr X');
  });

  test('that comes out otherwise than it was submitted is never passed over', async () => {
    const row = await reportOf(world, ids.firstReport);
    const submission = { ...row.document.submission, hash: '00' } as NonNullable<typeof row.document.submission>;
    await expect(deskOf(world).submitted({ ...row, document: { ...row.document, submission } })).rejects.toThrow(
      ReportChanged,
    );
  });
});

describe('logframe', () => {
  test('results in their order, with their indicators', () => {
    const titles = rowsOf(first, 'logframe').map((row) => (row.kind === 'group' ? row.title : row.cells[0]));
    expect(titles).toEqual([
      '1 Dialogues',
      '# of meetings',
      '# of dialogues',
      '2 Capacity',
      '# of participants',
      'Share',
      '# of networks',
    ]);
  });
  test('baseline, target, before, this period, cumulative, progress, status', () => {
    expect(cellsOf(first, 'logframe', '# of participants')).toMatchObject([
      '# of participants',
      'number',
      { kind: 'number', value: '0', state: 'zero', at: '2021' },
      { kind: 'number', value: '85', operator: 'min', at: '2023' },
      { kind: 'figure', value: null, state: 'not-applicable' },
      { kind: 'figure', value: '40', state: 'value' },
      { kind: 'figure', value: '40', state: 'value' },
      { kind: 'progress', ratio: '0.4706' },
      { kind: 'status', status: { say: 'status.on-track' } },
    ]);
  });
  test('no entries are not stated, and before the first period there can be none; without a target the question of progress does not arise', () => {
    const share = cellsOf(first, 'logframe', 'Share');
    expect(share.slice(4, 7).map(stateOf)).toEqual(['not-applicable', 'not-stated', 'not-stated']);
    expect(share[7]).toMatchObject({ ratio: null, state: 'not-stated' });
    expect(share[8]).toMatchObject({ status: { say: 'status.no-data' } });
    const networks = cellsOf(first, 'logframe', '# of networks');
    expect(networks[3]).toEqual({ kind: 'absent', state: 'not-stated' });
    expect(networks[7]).toMatchObject({ ratio: null, state: 'not-applicable' });
    expect(networks[8]).toMatchObject({ status: { say: 'state.not-applicable' } });
  });
  test('a revised target says so; a redefinition holds in all columns', () => {
    const target = cellsOf(second, 'logframe', '# of participants')[3];
    expect(target).toMatchObject({ items: [{ value: '100' }, { say: 'target.revised', with: { count: 1 } }] });
    const meetings = cellsOf(second, 'logframe', '# of all meetings').slice(4, 7);
    expect(meetings).toMatchObject([{ value: '3' }, { value: '1' }, { value: '4' }]);
  });
  test('what is not placed in one period is told, with its events', () => {
    const participants = cellsOf(second, 'logframe', '# of participants').slice(4, 7);
    expect(participants).toMatchObject([{ value: '21' }, { value: '30' }, { value: '56' }]);
    const entry = figureOf(second, `indicator.${ids.participants}.unplaced`);
    expect(entry).toMatchObject({ value: { value: '5' }, events: [{ occurred: '2022', what: 'Some day' }] });
    expect(words(sectionOf(second, 'logframe'))).toContain('note.unplaced');
    expect(words(sectionOf(first, 'logframe'))).not.toContain('note.unplaced');
  });
  test('a hold whose first day is not stated is not left out, and a note says so', () =>
    expect(words(sectionOf(first, 'logframe'))).toContain('note.on-hold-since-not-stated'));
  test('who counted what, and why the rest did not', () => {
    const before = figureOf(second, `indicator.${ids.participants}.before`);
    expect(before.events).toMatchObject([
      { type: 'HeadcountCorrected', value: { value: '21' }, occurred: '2021-06-10' },
    ]);
    expect(before.leftOut.map(({ reason, type }) => [type, (reason as { say: string }).say])).toEqual([
      ['HeadcountRecorded', 'left-out.replaced-by'],
      ['HeadcountRecorded', 'left-out.voided-by'],
      ['HeadcountRecorded', 'left-out.not-placed'],
      ['HeadcountRecorded', 'left-out.outside-the-window'],
    ]);
    const voiding = world.store.log.find(({ type }) => type === 'TrainingVoided');
    expect(before.leftOut[1]).toMatchObject({
      by: voiding?.id,
      reason: { with: { ordinal: Number(voiding?.position) } },
    });
  });
});

describe('activities', () => {
  test('by strand and activity of the logframe, with how the link is known', () => {
    const groups = rowsOf(first, 'activities').flatMap((row) => (row.kind === 'group' ? [[row.title, row.note]] : []));
    expect(groups).toEqual([
      [
        { say: 'strand.numbered', with: { code: '1', title: 'Training' } },
        { say: 'strand.result-by-subject', with: { result: '2 Capacity' } },
      ],
      ['1.3 Workshops', undefined],
      [{ say: 'strand.numbered', with: { code: '2', title: 'Dialogue' } }, { say: 'strand.no-result' }],
      [{ say: 'group.no-logframe-activity' }, undefined],
    ]);
  });
  test('completed is completed though its strand is on hold; the others are on hold with it, since nobody says when', () => {
    expect(cellsOf(first, 'activities', 'First workshop').slice(2)).toMatchObject([
      { status: { say: 'status.completed' } },
      { date: '2021-06-10' },
    ]);
    expect(cellsOf(first, 'activities', 'Second workshop').slice(2)).toMatchObject([
      { status: { say: 'status.on-hold-with-strand' } },
      { say: 'dates.since', with: { date: { date: null } } },
    ]);
    expect(cellsOf(first, 'activities', 'Third workshop').slice(2)).toMatchObject([
      { status: { say: 'status.planned' } },
      { kind: 'absent', state: 'not-stated' },
    ]);
  });
  test('how many were completed is a figure, and none of known lines is a zero', () => {
    expect(figureOf(first, 'activities.completed')).toMatchObject({
      value: { value: '1' },
      events: [{ type: 'ActivityCompleted' }],
    });
    expect(figureOf(second, 'activities.completed')).toMatchObject({ value: { value: '0', state: 'zero' } });
    expect(figureOf(first, 'activities.lines')).toMatchObject({ value: { value: '3' } });
  });
});

describe('trainings', () => {
  test('by date, those that are not placed apart and not summed', () => {
    const titles = rowsOf(first, 'trainings')
      .slice(0, 6)
      .map((row) => (row.kind === 'group' ? words(row.title) : row.cells[0]));
    expect(titles).toEqual([
      ...[
        'First workshop',
        'First workshop',
        'Uncounted',
        words({ say: 'group.not-placed' }),
        'Some day',
        { say: 'column.total' },
      ],
    ]);
    expect(figureOf(first, 'participants.total')).toMatchObject({ value: { value: '40' } });
  });
  test('no headcount is not stated, which is not zero', () => {
    expect(cellsOf(first, 'trainings', 'Uncounted').slice(4).map(stateOf)).toEqual(Array(4).fill('not-stated'));
    expect(
      cellsOf(second, 'trainings', 'Second workshop')
        .slice(4)
        .map((cell) => (cell as { value: string }).value),
    ).toEqual(['0', '0', '30', '30']);
    expect(figureOf(first, 'participants.total').leftOut).toMatchObject([
      { type: 'TrainingHeld', reason: { say: 'left-out.no-value' } },
      { reason: { say: 'left-out.not-placed' } },
    ]);
  });
  test('the parts add up to the total, with an unknown', () => {
    for (const document of [first, second]) {
      const sum = (prefix: string) =>
        annexEntries(document)
          .filter((entry) => entry.figure.startsWith(prefix))
          .reduce((all, entry) => all + Number(valueOf(entry)), 0);
      const total = Number(valueOf(figureOf(document, 'participants.total')));
      expect(sum('participants.sex.')).toBe(total);
      if (document === first) expect(sum('participants.organisation.')).toBe(total);
    }
    expect(cellsOf(first, 'trainings', 'Ministry')[1]).toMatchObject({ value: '12' });
  });
});

describe('work plan', () => {
  test('in the columns it was adopted with, what is on hold apart, footnotes with their lines', () => {
    const [plan] = sectionOf(first, 'work-plan').blocks as [PlanBlock];
    expect(plan.months).toEqual(['2022-04', '2022-05', '2022-06']);
    expect(plan.rows).toMatchObject([
      { kind: 'group' },
      { label: '', title: 'Third workshop', placement: { kind: 'not-stated' }, footnotes: ['a'] },
    ]);
    expect(plan.onHold).toMatchObject([
      {
        since: null,
        reason: { with: { who: 'the Ministry' } },
        rows: [
          { label: '1', placement: { kind: 'months', months: ['2022-04'] }, completed: '2021-06-10' },
          { label: '1', placement: { kind: 'count', count: 2 } },
        ],
      },
    ]);
    expect(plan.footnotes).toEqual([{ mark: 'a', text: 'If funds allow.' }]);
  });
});

describe('coordination meetings', () => {
  const titles = (document: ReportDocument) =>
    rowsOf(document, 'coordination').map((row) =>
      row.kind === 'group' ? row.title : (row.cells[0] as { date: string }).date,
    );

  test('by group, in the order of the first date; what is not dated comes last and is not counted', () => {
    expect(titles(first)).toEqual([
      'Ministry',
      '2021-04-20',
      'Donor forum',
      '2021-05-03',
      { say: 'group.not-placed' },
      'Ministry',
      null,
    ]);
    expect(figureOf(first, 'meetings.coordination')).toMatchObject({
      value: { value: '2' },
      leftOut: [{ reason: { say: 'left-out.not-placed' } }],
    });
    expect(figureOf(first, 'meetings.groups')).toMatchObject({ value: { value: '2' } });
  });
  test('of dialogues they are none', () => {
    expect(titles(second)).toEqual([{ say: 'group.not-placed' }, 'Ministry', null]);
    expect(figureOf(second, 'meetings.coordination')).toMatchObject({ value: { value: null, state: 'not-stated' } });
  });
});

describe('budget', () => {
  const flags = () => sectionOf(first, 'budget').blocks.flatMap((block) => (block.kind === 'flags' ? block.flags : []));
  const minors = (facts: readonly { value: Cell }[] | undefined) =>
    facts?.map(({ value }) => (value as { minor: string }).minor);

  test('flags what does not add up, with both numbers, and mends nothing', () => {
    const [total, ceiling] = flags();
    expect(minors(total?.facts)).toEqual(['10700000', '10800000', '100000']);
    expect(minors(ceiling?.facts)).toEqual(['800000', '700000', '100000']);
    expect(ceiling?.note).toMatchObject({
      say: 'flag.ceiling-assumed',
      with: { rate: { ratio: '0.07' }, source: 'General conditions' },
    });
    expect(figureOf(first, 'budget.ceiling').events.map(({ type }) => type)).toEqual([
      'HeadingAdded',
      'CeilingRecorded',
    ]);
    const printed = rowsOf(first, 'budget').at(-1);
    expect(printed).toMatchObject({ kind: 'total', cells: [{ say: 'budget.printed' }, { minor: '10700000' }, '', ''] });
  });
  test('nothing spent is not stated', () => {
    expect(cellsOf(first, 'budget', 'Staff').slice(2)).toMatchObject([{ minor: '500000' }, { minor: '500000' }]);
    expect(cellsOf(second, 'budget', 'Staff').slice(2)).toMatchObject([{ minor: '700000' }, { minor: '1200000' }]);
    expect(cellsOf(first, 'budget', 'Administration').slice(2).map(stateOf)).toEqual(['not-stated', 'not-stated']);
  });
});

describe('a budget as LIBMITAF prints it', () => {
  test('2 550 060 over 2 550 000, and 166 882 over 166 822.46', async () => {
    const libmitaf = new World();
    await libmitaf.tell(CreateProject, { id: projectId, reference: 'P', title: 'P', currency: 'EUR', timeZone: 'UTC' });
    const period = { period: ids.firstYear, from: '2021-04-01', to: '2022-03-31', reportType: 'interim' as const };
    await libmitaf.tell(OpenPeriod, { id: projectId, ...period });
    await libmitaf.tell(AddHeading, { id: ids.staff, order: 1, title: 'Direct', kind: 'direct', amount: 238_317_800 });
    await libmitaf.tell(AddHeading, { id: idOf(8), order: 2, title: 'Indirect', kind: 'indirect', amount: 16_688_200 });
    await libmitaf.tell(StateTotal, { id: projectId, amount: 255_000_000, source: 'Budget' });
    await libmitaf.tell(RecordCeiling, { id: projectId, rate: '0.07', source: 'Assumed', assumption: true });
    await submit(libmitaf, ids.firstReport, ids.firstYear);
    const document = await deskOf(libmitaf).submitted(await reportOf(libmitaf, ids.firstReport));
    expect(documentFaults(document)).toEqual([]);
    const minor = (key: string) => valueOf(figureOf(document, key));
    expect(['budget.sum', 'budget.difference', 'budget.ceiling', 'budget.ceiling-difference'].map(minor)).toEqual([
      ...['255006000', '6000', '16682246', '5954'],
    ]);
  });
});

test('the data sheet tells the dates that an amendment changed, and no others', async () => {
  const amended = await firstYear();
  await amended.tell(AmendContract, {
    id: projectId,
    amendment: 'No. 1',
    end: '2023-09',
    reason: { code: 'no-cost-extension', text: 'Late.' },
  });
  const ordinal = await amended.catchUp();
  const period = { id: ids.firstYear, from: '2021-04-01', to: '2022-03-31' };
  const document = await deskOf(amended).draft('interim@1', {
    project: projectId,
    reportType: 'interim',
    period,
    ordinal,
  });
  const sheet = words(sectionOf(document, 'data-sheet'));
  expect(sheet).toContain('sheet.amended-end');
  expect(sheet).not.toContain('sheet.amended-start');
  expect(sheet).toContain('2023-03');
  expect(sheet).toContain('2023-09');
});

describe('of nothing', () => {
  test('every part says that it has nothing to say', async () => {
    const empty = new World();
    await empty.tell(CreateProject, { id: projectId, reference: 'P', title: 'P', currency: 'EUR', timeZone: 'UTC' });
    await empty.tell(OpenPeriod, {
      id: projectId,
      period: ids.firstYear,
      from: '2021-04-01',
      to: '2022-03-31',
      reportType: 'final',
    });
    await submit(empty, ids.firstReport, ids.firstYear);
    const document = await deskOf(empty).submitted(await reportOf(empty, ids.firstReport));
    expect(documentFaults(document)).toEqual([]);
    expect(document).toMatchObject({ kind: 'final', statements: [] });
    const silent = document.sections
      .filter(({ blocks }) => blocks.length === 0)
      .map(({ id, empty: says }) => [id, (says as { say: string }).say]);
    expect(silent).toEqual([
      ['logframe', 'empty.logframe'],
      ['activities', 'empty.activities'],
      ['trainings', 'empty.trainings'],
      ['work-plan', 'empty.work-plan'],
      ['coordination', 'empty.meetings'],
      ['budget', 'empty.budget'],
      ['restatements', 'empty.no-earlier-report'],
    ]);
    expect(annexEntries(document)).toMatchObject([{ figure: 'meetings.coordination', value: { state: 'not-stated' } }]);
    expect(words(sectionOf(document, 'data-sheet'))).toContain('"state":"not-stated"');
  });
  test('a training that was voided is as none', async () => {
    const one = new World();
    await one.tell(CreateProject, { id: projectId, reference: 'P', title: 'P', currency: 'EUR', timeZone: 'UTC' });
    await one.tell(OpenPeriod, {
      id: projectId,
      period: ids.firstYear,
      from: '2021-04-01',
      to: '2022-03-31',
      reportType: 'final',
    });
    await one.tell(HoldTraining, { id: idOf(9), kind: 'training', title: 'T', occurredOn: '2021-05' });
    await one.tell(VoidTraining, { id: idOf(9), reason: { code: 'other', text: 'No.' } });
    await submit(one, ids.firstReport, ids.firstYear);
    const document = await deskOf(one).submitted(await reportOf(one, ids.firstReport));
    expect(sectionOf(document, 'trainings')).toMatchObject({ blocks: [], empty: { say: 'empty.trainings' } });
  });
});

test('keys of figures are the same in both reports', () => {
  const keys = (document: ReportDocument) => new Set(annexEntries(document).map(({ figure }) => figure));
  const others = [...keys(first)].filter((key) => !keys(second).has(key));
  // Nobody of a known organisation in the second year, and no group met.
  expect(others).toEqual([
    `participants.organisation.${ids.ministry}`,
    'participants.organisation.unknown',
    'meetings.groups',
  ]);
});

test('a story that goes on before its first report has nothing to restate', async () => {
  const late = await firstYear();
  await goesOn(late);
  await submit(late, ids.firstReport, ids.firstYear);
  const document = await deskOf(late).submitted(await reportOf(late, ids.firstReport));
  expect(sectionOf(document, 'restatements')).toMatchObject({ empty: { say: 'empty.no-earlier-report' } });
  expect(figureOf(document, 'meetings.coordination')).toMatchObject({ value: { value: '3' } });
});
