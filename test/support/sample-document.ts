import type {
  AnnexEntry,
  Cell,
  FigureCell,
  LineageRow,
  ReportDocument,
  Section,
  TableRow,
} from '../../libs/reports/src/report-document.js';
import { say } from '../../libs/reports/src/render-words.js';
import { activityRows, meetingGroups, planRows, heldLines, planNotes } from './sample-facts.js';

/**
 * A report document with everything that a document can hold, for tests and for looking at: LIBMITAF's facts as its
 * interim report prints them, and a few invented trainings and restatements, which the statement says.
 */
export const sampleDocument = (): ReportDocument => ({
  format: 1,
  kind: 'interim',
  title: 'Libya’s Migration Technical Assistance Facility',
  subtitle: 'The first year: preparing the ground',
  project: {
    id: '0197b0f4-0000-7000-8000-000000000001',
    reference: 'LIBMITAF',
    title: 'Libya’s Migration Technical Assistance Facility',
  },
  period: { from: '2021-04-01', to: '2022-03-31' },
  cut: { ordinal: 412, occurredTo: '2022-03-31', root: '9f2c4e7b1a6d8035'.repeat(4) },
  statements: ['The second year, April 2022 to March 2023, is invented: it shows the software, not the project.'],
  sections: [
    dataSheet(),
    logframe(),
    activities(),
    trainings(),
    workPlan(),
    coordination(),
    budget(),
    restatements(),
    { id: 'visibility', title: 'Visibility', blocks: [], empty: 'Nothing was recorded for this part.' },
    annex(),
  ],
});

const figure = (key: string, value: string | null, unit?: string, state?: FigureCell['state']): FigureCell => ({
  kind: 'figure',
  figure: key,
  value,
  state: state ?? (value === null ? 'not-stated' : value === '0' ? 'zero' : 'value'),
  ...(unit === undefined ? {} : { unit }),
});
const euros = (minor: string, key?: string): Cell => ({
  kind: 'money',
  minor,
  state: 'value',
  currency: 'EUR',
  ...(key === undefined ? {} : { figure: key }),
});
const day = (date: string | null): Cell => ({ kind: 'date', date });
const notStated: Cell = { kind: 'absent', state: 'not-stated' };

// ── Sections ────────────────────────────────────────────────────────────────────────────────────────────────────────

const dataSheet = (): Section => ({
  id: 'data-sheet',
  title: say('section.data-sheet'),
  blocks: [
    {
      kind: 'facts',
      facts: [
        { label: say('sheet.title'), value: 'Libya’s Migration Technical Assistance Facility' },
        { label: say('sheet.reference'), value: 'LIBMITAF' },
        { label: say('sheet.implementer'), value: 'ICMPD' },
        { label: say('sheet.donors'), value: notStated },
        { label: say('sheet.country'), value: 'Libya' },
        { label: say('sheet.start'), value: day('2021-04') },
        { label: say('sheet.end'), value: day('2023-04') },
        { label: say('sheet.period'), value: day('2021-04-01/2022-03-31') },
        { label: say('sheet.budget'), value: euros('255000000') },
        { label: 'Indirect costs', value: { kind: 'number', value: '7', state: 'value', unit: '%' } },
        { label: 'Co-financing', value: { kind: 'absent', state: 'not-applicable' } },
        {
          label: 'Summary',
          value: {
            kind: 'free',
            textHash: 'c0ffee',
            text: 'The first year prepared the ground.\nDialogues came first.',
          },
        },
      ],
    },
  ],
});

const logframe = (): Section => {
  const columns = (['code', 'indicator', 'unit', 'baseline', 'target'] as const).map((name, index) => ({
    title: say(`column.${name}`),
    kind: (['code', 'text', 'unit', 'number', 'number'] as const)[index]!,
    width: [5, 26, 9, 8, 10][index]!,
  }));
  const indicator = (
    code: string,
    title: string,
    unit: string,
    target: string,
    key: string,
    value: string | null,
  ): TableRow => ({
    kind: 'row',
    cells: [
      code,
      title,
      unit,
      { kind: 'number', value: '0', state: 'zero', at: '2021' },
      { kind: 'number', value: target, state: 'value', operator: 'min', at: '2023' },
      { kind: 'absent', state: 'not-applicable' },
      figure(`${key}.period`, value),
      figure(`${key}.cumulative`, value),
      value === null
        ? { kind: 'progress', ratio: null, state: 'not-stated' }
        : {
            kind: 'progress',
            ratio: value === '0' ? '0' : '0.5',
            state: value === '0' ? 'zero' : 'value',
            figure: `${key}.progress`,
          },
      value === null
        ? { kind: 'status', status: say('status.no-data'), tone: 'muted' }
        : { kind: 'status', status: say('status.on-track'), tone: 'good' },
    ],
  });
  return {
    id: 'logframe',
    title: say('section.logframe'),
    page: 'landscape',
    intro: 'Levels of the results are not printed in the pages that are there; the codes are the report’s own.',
    blocks: [
      {
        kind: 'table',
        caption: 'Indicators against their targets',
        columns: [
          ...columns,
          { title: say('column.before'), kind: 'number', width: 8 },
          { title: say('column.period'), kind: 'number', width: 8 },
          { title: say('column.cumulative'), kind: 'number', width: 8 },
          { title: say('column.progress'), kind: 'progress', width: 10 },
          { title: say('column.status'), kind: 'status', width: 10 },
        ],
        headerGroups: [{ span: 5 }, { title: say('column.actual'), span: 3 }, { span: 2 }],
        rows: [
          {
            kind: 'group',
            title: '2.1.1 Participation of Libyan representatives in international dialogue forums on migration',
          },
          indicator(
            '2.1.1',
            '# of international dialogues on migration attended by Libyan delegates',
            'dialogues',
            '2',
            'dialogues',
            '1',
          ),
          { kind: 'group', title: '2.1.2 Diaspora engagement activities completed' },
          indicator(
            '2.1.2',
            '# of workshops/study visits/conferences completed on diaspora engagement and consular crisis preparedness',
            'events',
            '3',
            'diaspora-events',
            null,
          ),
          indicator(
            '2.1.2',
            '# of participants in workshops/conferences/individual support completed on diaspora engagement and consular crisis preparedness',
            'participants',
            '85',
            'diaspora-people',
            null,
          ),
          { kind: 'group', title: '2.2.1 Activities for Libyan CSOs completed' },
          indicator(
            '2.2.1',
            '# of workshops/study visits/individual support completed on CSO networking and cooperation',
            'events',
            '4',
            'cso-events',
            '0',
          ),
          indicator('2.2.1', '# of active local CSO networks', 'networks', '1', 'cso-networks', null),
        ],
        notes: ['Progress is (actual − baseline) / (target − baseline).'],
      },
    ],
  };
};

const activities = (): Section => ({
  id: 'activities',
  title: say('section.activities'),
  blocks: [
    {
      kind: 'table',
      caption: 'Activities by strand and result',
      columns: [
        { title: say('column.code'), kind: 'code', width: 8 },
        { title: say('column.activity'), kind: 'text', width: 52 },
        { title: say('column.status'), kind: 'status', width: 16 },
        { title: say('column.dates'), kind: 'date', width: 24 },
      ],
      rows: activityRows,
    },
  ],
});

const trainings = (): Section => {
  const row = (
    title: string,
    when: string,
    place: string,
    women: string,
    men: string,
    unknown: string,
    total: string,
  ): TableRow => ({
    kind: 'row',
    cells: [
      title,
      day(when),
      place,
      ...[women, men, unknown, total].map((value): Cell => ({
        kind: 'number',
        value,
        state: value === '0' ? 'zero' : 'value',
      })),
    ],
  });
  return {
    id: 'trainings',
    title: say('section.trainings'),
    blocks: [
      {
        kind: 'table',
        caption: 'Participants by sex',
        columns: [
          { title: say('column.activity'), kind: 'text', width: 34 },
          { title: say('column.date'), kind: 'date', width: 18 },
          { title: say('column.place'), kind: 'text', width: 12 },
          { title: say('column.women'), kind: 'number', width: 9 },
          { title: say('column.men'), kind: 'number', width: 9 },
          { title: say('column.unknown'), kind: 'number', width: 10 },
          { title: say('column.total'), kind: 'number', width: 9 },
        ],
        headerGroups: [{ span: 3 }, { title: say('column.participants'), span: 4 }],
        rows: [
          row(
            'Training 1: training of trainers on consular crisis preparedness',
            '2022-06-06/2022-06-08',
            'Tunis',
            '7',
            '11',
            '0',
            '18',
          ),
          row(
            'Study visit with Libyan authorities and Libyans living abroad',
            '2022-09-28/2022-10-02',
            'Valletta',
            '4',
            '9',
            '3',
            '16',
          ),
          row('Workshop 4: CSOs’ networking', '2022-11-15', 'Tripoli', '1012', '998', '12', '2022'),
          {
            kind: 'total',
            cells: [
              say('column.total'),
              '',
              '',
              figure('people.women', '1023'),
              figure('people.men', '1018'),
              figure('people.unknown', '15'),
              figure('people', '2056'),
            ],
          },
        ],
        notes: ['Attendance: a person who came to two events is counted twice.'],
      },
      { kind: 'heading', text: 'Feedback' },
      {
        kind: 'table',
        caption: 'Ratings, to show decimals under one another',
        columns: [
          { title: 'Question', kind: 'text', width: 70 },
          { title: 'Mean', kind: 'number', width: 15 },
          { title: 'Share', kind: 'number', width: 15 },
        ],
        rows: [
          {
            kind: 'row',
            cells: [
              'Useful for my work',
              { kind: 'number', value: '4.25', state: 'value' },
              { kind: 'number', value: '93.5', state: 'value', unit: '%' },
            ],
          },
          {
            kind: 'row',
            cells: [
              'Would recommend',
              { kind: 'number', value: '4', state: 'value' },
              { kind: 'number', value: '8', state: 'value', unit: '%' },
            ],
          },
          {
            kind: 'row',
            cells: [
              'Interpretation was good',
              { kind: 'number', value: null, state: 'not-stated' },
              { kind: 'number', value: null, state: 'not-applicable' },
            ],
          },
        ],
      },
    ],
  };
};

const workPlan = (): Section => ({
  id: 'work-plan',
  title: say('section.work-plan'),
  page: 'landscape',
  blocks: [
    {
      kind: 'plan',
      caption: 'Table 7: the next 12 months, as adopted, in 11 columns',
      months: ['04', '05', '06', '07', '08', '09', '10', '11', '12']
        .map((month) => `2022-${month}`)
        .concat('2023-01', '2023-02'),
      rows: planRows,
      onHold: [
        {
          title: 'Strand 3: Migration legislation',
          since: null,
          reason: 'As agreed with the Libyan Ministry of Foreign Affairs.',
          rows: heldLines,
        },
      ],
      footnotes: planNotes,
    },
  ],
});

const coordination = (): Section => ({
  id: 'coordination',
  title: say('section.coordination'),
  intro: say('coordination.counted', { meetings: figure('meetings', '18'), groups: meetingGroups.length }),
  blocks: [
    {
      kind: 'table',
      caption: 'Table 8: coordination meetings by group, in the order of the first date',
      columns: [
        { title: say('column.date'), kind: 'date', width: 18 },
        { title: say('column.kind'), kind: 'text', width: 14 },
        { title: say('column.mode'), kind: 'text', width: 14 },
        { title: say('column.place'), kind: 'text', width: 12 },
        { title: say('column.topic'), kind: 'text', width: 42 },
      ],
      rows: meetingGroups.flatMap((group): TableRow[] => [
        { kind: 'group', title: group.title },
        ...group.meetings.map(([date, kind, mode, place, topic]): TableRow => ({
          kind: 'row',
          cells: [day(date), kind, mode || notStated, place || notStated, topic],
        })),
      ]),
    },
  ],
});

const budget = (): Section => ({
  id: 'budget',
  title: say('section.budget'),
  blocks: [
    {
      kind: 'table',
      caption: 'Budget by heading',
      columns: [
        { title: say('column.heading'), kind: 'text', width: 60 },
        { title: say('column.amount'), kind: 'money', width: 20 },
        { title: say('column.spent'), kind: 'money', width: 20 },
      ],
      rows: [
        ...(
          [
            ['Human Resources', '88947200'],
            ['Travel', '30331200'],
            ['Office equipment, supplies', '3000000'],
            ['Project Office', '28104000'],
            ['Other costs, services', '87935400'],
            ['Administrative costs', '16688200'],
          ] as const
        ).map(([heading, minor]): TableRow => ({
          kind: 'row',
          cells: [heading, euros(minor), { kind: 'money', minor: null, state: 'not-stated', currency: 'EUR' }],
        })),
        {
          kind: 'total',
          cells: ['Sum of the headings', euros('255006000', 'budget.sum'), { kind: 'absent', state: 'not-stated' }],
        },
      ],
    },
    {
      kind: 'flags',
      flags: [
        {
          title: say('flag.budget-total'),
          facts: [
            { label: say('flag.printed'), value: euros('255000000') },
            { label: say('flag.computed'), value: euros('255006000', 'budget.sum') },
            { label: say('flag.difference'), value: euros('6000', 'budget.sum-difference') },
          ],
        },
        {
          title: say('flag.ceiling-exceeded'),
          facts: [
            { label: say('flag.printed'), value: euros('16688200') },
            { label: say('flag.ceiling'), value: euros('16682246', 'budget.ceiling') },
            { label: say('flag.difference'), value: euros('5954', 'budget.ceiling-difference') },
          ],
          note: 'The ceiling of 7 % of direct costs is an assumption of the example: the report prints none.',
        },
      ],
    },
  ],
});

const restatements = (): Section => ({
  id: 'restatements',
  title: say('section.restatements'),
  blocks: [
    {
      kind: 'table',
      columns: [
        { title: say('column.figure'), kind: 'text', width: 34 },
        { title: say('column.reported-then'), kind: 'number', width: 12 },
        { title: say('column.now'), kind: 'number', width: 10 },
        { title: say('column.difference'), kind: 'number', width: 12 },
        { title: say('column.reason'), kind: 'text', width: 32 },
      ],
      rows: [
        {
          kind: 'row',
          cells: [
            'Coordination meetings',
            { kind: 'number', value: '18', state: 'value' },
            figure('meetings.restated', '19'),
            { kind: 'number', value: '1', state: 'value' },
            'A meeting of 22 February 2022 was recorded late',
          ],
        },
        {
          kind: 'row',
          cells: [
            'Participants of the study visit',
            { kind: 'number', value: '18', state: 'value' },
            figure('visit.restated', '16'),
            { kind: 'number', value: '-2', state: 'value' },
            { kind: 'free', textHash: 'deadbeef' },
          ],
        },
      ],
    },
  ],
});

// ── The annex ───────────────────────────────────────────────────────────────────────────────────────────────────────

const event = (ordinal: number, occurred: string | null, type: string, what: string, value?: string): LineageRow => ({
  ordinal,
  event: `5b9d2c1e-7f3a-5c4d-8e6f-${String(ordinal).padStart(12, '0')}`,
  type,
  occurred,
  what,
  ...(value === undefined ? {} : { value: { kind: 'number', value, state: 'value' } as const }),
});

const annex = (): Section => {
  const meetings = meetingGroups.flatMap((group) => group.meetings.map((meeting) => ({ title: group.title, meeting })));
  const listed = meetings.map(({ title, meeting: [date, , , , topic] }, index) =>
    event(200 + index, date, 'CoordinationMeetingHeld', `${title}: ${topic}`, '1'),
  );
  const entry = (
    key: string,
    title: string,
    value: AnnexEntry['value'],
    more: Partial<AnnexEntry> = {},
  ): AnnexEntry => ({
    figure: key,
    title,
    value,
    events: [],
    leftOut: [],
    ...more,
  });
  const window = { from: '2021-04-01', to: '2022-03-31' };
  const attended = [
    event(171, '2022-03-22/2022-03-23', 'ActivityCompleted', 'Khartoum Process Senior Officials’ Meeting', '1'),
  ];
  const headings = ['88947200', '30331200', '3000000', '28104000', '87935400', '16688200'].map((minor, index) => ({
    ...event(20 + index, null, 'BudgetHeadingSet', `Heading ${index + 1}`),
    value: { kind: 'money' as const, minor, state: 'value' as const, currency: 'EUR' },
  }));
  const money = (key: string, minor: string) => euros(minor, key) as AnnexEntry['value'];
  const counted = ['diaspora-events', 'diaspora-people', 'cso-networks'].flatMap((key) => [
    `${key}.period`,
    `${key}.cumulative`,
  ]);
  return {
    id: 'annex',
    title: say('section.annex'),
    blocks: [
      {
        kind: 'annex',
        entries: [
          entry('dialogues.period', 'Dialogues attended, this period', figure('dialogues.period', '1', 'dialogues'), {
            measure: 'distinct@1',
            window,
            events: attended,
            leftOut: [
              {
                ...event(
                  166,
                  '2022-03-23',
                  'ActivityCompleted',
                  'Khartoum Process Senior Officials’ Meeting (double entry)',
                ),
                reason: 'voided',
              },
              {
                ...event(190, null, 'ActivityCompleted', 'Accompaniment to dialogue meetings'),
                reason: 'its date is not stated, so it is not placed in a period',
              },
            ],
          }),
          entry(
            'dialogues.cumulative',
            'Dialogues attended, cumulative',
            figure('dialogues.cumulative', '1', 'dialogues'),
            {
              measure: 'distinct@1',
              window: { to: '2022-03-31' },
              events: attended,
            },
          ),
          entry(
            'dialogues.progress',
            'Dialogues attended, progress',
            { kind: 'progress', ratio: '0.5', state: 'value', figure: 'dialogues.progress' },
            { events: attended },
          ),
          entry('cso-events.period', 'CSO events, this period', figure('cso-events.period', '0', 'events')),
          entry('cso-events.cumulative', 'CSO events, cumulative', figure('cso-events.cumulative', '0', 'events')),
          entry('cso-events.progress', 'CSO events, progress', {
            kind: 'progress',
            ratio: '0',
            state: 'zero',
            figure: 'cso-events.progress',
          }),
          ...counted.map((key) => entry(key, `Indicator ${key}`, figure(key, null), { window })),
          ...(['people.women', 'people.men', 'people.unknown', 'people'] as const).map((key, index) =>
            entry(key, `Participants: ${key}`, figure(key, ['1023', '1018', '15', '2056'][index]!, 'participants'), {
              measure: 'sum@1',
              events: [event(301, '2022-11-15', 'HeadcountRecorded', 'Workshop 4: CSOs’ networking', '2022')],
            }),
          ),
          entry('meetings', 'Coordination meetings', figure('meetings', '18', 'meetings'), {
            measure: 'count@1',
            window,
            events: listed,
          }),
          entry('budget.sum', 'Sum of the headings', money('budget.sum', '255006000'), { events: headings }),
          entry(
            'budget.sum-difference',
            'Sum of the headings less the printed total',
            money('budget.sum-difference', '6000'),
            { events: headings },
          ),
          entry('budget.ceiling', 'Ceiling of administrative costs', money('budget.ceiling', '16682246'), {
            events: headings,
          }),
          entry(
            'budget.ceiling-difference',
            'Administrative costs above their ceiling',
            money('budget.ceiling-difference', '5954'),
            { events: headings },
          ),
          entry('meetings.restated', 'Coordination meetings, restated', figure('meetings.restated', '19', 'meetings'), {
            events: listed,
          }),
          entry(
            'visit.restated',
            'Participants of the study visit, restated',
            figure('visit.restated', '16', 'participants'),
            {
              events: [
                event(
                  350,
                  '2022-10-02',
                  'HeadcountCorrected',
                  'Study visit with Libyan authorities and Libyans living abroad',
                  '16',
                ),
              ],
            },
          ),
        ],
      },
    ],
  };
};
