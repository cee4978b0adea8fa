import { RedefineIndicator, VoidIndicator } from '#indicators';
import { CorrectTraining } from '#trainings';
import { CorrectExpenditure } from '#budget';
import { UnlinkActivity, VoidActivity } from '#activities';
import { bothYears, deskOf, firstYear, ids, lateReason, reportOf, submit } from '../../../test/support/report-story.js';
import { idOf, type World } from '../../../test/support/world.js';
import {
  annexEntries,
  documentFaults,
  type Cell,
  type ReportDocument,
  type Section,
  type TableBlock,
} from './report-document.js';
import { WithdrawReport } from './report.js';

const reason = { code: 'data-quality', text: 'The list says otherwise.' } as const;
const partOf = (document: ReportDocument) => document.sections.find(({ id }) => id === 'restatements') as Section;

interface Told {
  then: string | null;
  now: string | null;
  difference: string | null | undefined;
  because: string[];
}
const number = (cell: Cell | undefined) => {
  const { value, minor } = cell as { value?: string | null; minor?: string | null };
  return minor === undefined ? (value ?? null) : minor;
};

/** The rows of the table, by the key that the figure has now. */
function told(document: ReportDocument): Record<string, Told> {
  const tables = partOf(document).blocks.filter((block): block is TableBlock => block.kind === 'table');
  return Object.fromEntries(
    tables.flatMap(({ rows }) =>
      rows.map((row) => {
        if (row.kind !== 'row') throw new Error('only rows');
        const [title, then, now, difference, because] = row.cells;
        const key = (now as { figure?: string }).figure?.replace('restated.', '') ?? JSON.stringify(title);
        const types = [...JSON.stringify(because).matchAll(/"type":"(\w+)"/g)].map(([, type]) => type as string);
        return [key, { then: number(then), now: number(now), difference: number(difference), because: types }];
      }),
    ),
  );
}

/** The second report, where something else came after the first. */
async function afterwards(change: (world: World) => Promise<unknown>): Promise<ReportDocument> {
  const world = await firstYear();
  await submit(world, ids.firstReport, ids.firstYear);
  world.now = new Date('2023-05-02T08:00:00.000Z');
  await change(world);
  const row = await submit(world, ids.secondReport, ids.secondYear);
  const document = await deskOf(world).submitted(row);
  expect(documentFaults(document)).toEqual([]);
  return document;
}

test('reported then, now, and why: a late meeting, a corrected headcount, a voided double', async () => {
  const { world, second } = await bothYears();
  const period = (id: string) => `indicator.${id}.period`;
  expect(told(second)).toEqual({
    [period(ids.meetings)]: { then: '2', now: '3', difference: '1', because: ['MeetingRecorded'] },
    [`indicator.${ids.meetings}.cumulative`]: { then: '2', now: '3', difference: '1', because: ['MeetingRecorded'] },
    [period(ids.participants)]: {
      then: '40',
      now: '21',
      difference: '-19',
      because: ['HeadcountCorrected', 'TrainingVoided'],
    },
    [`indicator.${ids.participants}.cumulative`]: {
      then: '40',
      now: '21',
      difference: '-19',
      because: ['HeadcountCorrected', 'TrainingVoided'],
    },
    'trainings.held': { then: '3', now: '2', difference: '-1', because: ['TrainingVoided'] },
    'participants.total': {
      then: '40',
      now: '21',
      difference: '-19',
      because: ['HeadcountCorrected', 'TrainingVoided'],
    },
    'participants.sex.female': {
      then: '16',
      now: '9',
      difference: '-7',
      because: ['HeadcountCorrected', 'TrainingVoided'],
    },
    'participants.sex.male': { then: '22', now: '11', difference: '-11', because: ['TrainingVoided'] },
    'participants.sex.unknown': { then: '2', now: '1', difference: '-1', because: ['TrainingVoided'] },
    'participants.organisation.unknown': {
      then: '28',
      now: '9',
      difference: '-19',
      because: ['HeadcountCorrected', 'TrainingVoided'],
    },
    'meetings.coordination': { then: '2', now: '3', difference: '1', because: ['MeetingRecorded'] },
  });
  // The reason is printed with its text, and told by its code.
  expect(JSON.stringify(partOf(second))).toContain(lateReason);
  expect(JSON.stringify(partOf(second))).toContain('reason.recorded-twice');
  expect((await reportOf(world, ids.secondReport)).document.submission?.restates).toBe(ids.firstReport);
});

test('what it comes to now has its events, over the old period', async () => {
  const { second } = await bothYears();
  const entry = annexEntries(second).find(({ figure }) => figure === 'restated.meetings.coordination');
  expect(entry).toMatchObject({ value: { value: '3' }, window: { from: '2021-04-01', to: '2022-03-31' } });
  expect(entry?.events).toHaveLength(3);
});

test('a revised target and a definition made anew restate nothing; the latter is told apart', async () => {
  const { second } = await bothYears();
  const paragraphs = partOf(second).blocks.filter(({ kind }) => kind === 'paragraph');
  expect(paragraphs).toEqual([
    { kind: 'paragraph', text: { say: 'restatements.redefined', with: { name: '# of meetings', from: 1, to: 2 } } },
  ]);
});

test('a redefinition of another kind leaves the old figures as they were', async () => {
  const document = await afterwards((world) =>
    world.tell(RedefineIndicator, {
      ...{
        id: ids.meetings,
        result: ids.dialogues,
        name: 'Share of meetings',
        unit: '%',
        order: 1,
        direction: 'ascending',
      },
      ...{ accumulation: 'latest', measure: { kind: 'reported', of: 'observation' }, reason },
    }),
  );
  expect(told(document)).toEqual({});
  expect(partOf(document).blocks).toMatchObject([{ text: { say: 'restatements.redefined' } }]);
});

test('an indicator that was voided is told apart, too, and its figures are no restatements', async () => {
  const document = await afterwards((world) => world.tell(VoidIndicator, { id: ids.meetings, reason }));
  expect(told(document)).toEqual({});
  expect(partOf(document).blocks).toEqual([
    { kind: 'paragraph', text: { say: 'restatements.voided', with: { name: '# of meetings' } } },
  ]);
  expect(JSON.stringify(document.sections.find(({ id }) => id === 'logframe'))).not.toContain('# of meetings');
});

test('nothing changed: the part says so', async () => {
  const document = await afterwards(() => Promise.resolve());
  expect(partOf(document)).toMatchObject({ blocks: [], empty: { say: 'empty.restatements' } });
});

test('what has no value any more is not stated now, and nothing is subtracted', async () => {
  const document = await afterwards(async (world) => {
    const facts = {
      kind: 'workshop' as const,
      title: 'First workshop',
      occurredOn: '2022-05',
      activity: ids.lineOne,
      reason,
    };
    for (const id of [ids.workshop, ids.double]) await world.tell(CorrectTraining, { id, ...facts });
  });
  const gone = { then: '40', now: null, difference: null, because: ['TrainingCorrected', 'TrainingCorrected'] };
  expect(told(document)).toMatchObject({
    [`indicator.${ids.participants}.period`]: gone,
    'participants.total': gone,
    // This one is not computed any more at all.
    [JSON.stringify({ say: 'figure.participants-organisation', with: { organisation: 'Ministry' } })]: {
      ...gone,
      then: '12',
      because: ['TrainingCorrected'],
    },
  });
});

test('an expenditure that went to another heading is found by its own stream', async () => {
  const document = await afterwards((world) =>
    world.tell(CorrectExpenditure, {
      id: idOf(298),
      heading: ids.administration,
      occurredOn: '2021-07',
      amount: 500_000,
      reason,
    }),
  );
  const because = ['ExpenditureCorrected'];
  expect(told(document)).toEqual({
    [`expenditure.${ids.staff}.period`]: { then: '500000', now: null, difference: null, because },
    [`expenditure.${ids.staff}.cumulative`]: { then: '500000', now: null, difference: null, because },
    [`expenditure.${ids.administration}.period`]: { then: null, now: '500000', difference: null, because },
    [`expenditure.${ids.administration}.cumulative`]: { then: null, now: '500000', difference: null, because },
  });
});

test('a link that was undone moves the facts of its trainings, and is the reason', async () => {
  const document = await afterwards((world) =>
    world.tell(UnlinkActivity, { id: ids.activity, target: ids.capacity, reason }),
  );
  const gone = { then: '40', now: null, difference: null, because: ['ActivityUnlinked'] };
  expect(told(document)).toEqual({
    [`indicator.${ids.participants}.period`]: gone,
    [`indicator.${ids.participants}.cumulative`]: gone,
  });
});

test('a line that was voided is one less', async () => {
  const document = await afterwards((world) => world.tell(VoidActivity, { id: ids.lineThree, reason }));
  expect(told(document)).toEqual({
    'activities.lines': { then: '3', now: '2', difference: '-1', because: ['ActivityVoided'] },
  });
});

test('against the last report that stands: one that was withdrawn is none', async () => {
  const document = await afterwards((world) => world.tell(WithdrawReport, { id: ids.firstReport, reason }));
  expect(partOf(document)).toMatchObject({ empty: { say: 'empty.no-earlier-report' } });
});
