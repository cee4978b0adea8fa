import { validateSync } from 'class-validator';
import { command, given } from '../../event-sourcing/src/given-when-then.js';
import {
  narrative,
  ReviseNarrative,
  RevisePortfolioNarrative,
  WithdrawNarrative,
  WithdrawPortfolioNarrative,
  WriteNarrative,
  WritePortfolioNarrative,
  type NarrativeEvent,
} from './narrative.js';

type Told = NarrativeEvent & { id: string };

const id = '018f3f5e-0000-7000-8000-0000000000f1';
const period = '018f3f5e-0000-7000-8000-0000000000f2';
const programme = '018f3f5e-0000-7000-8000-0000000000f3';
const reason = { code: 'other', text: 'It stands elsewhere.' } as const;
const text = 'Visas took longer than planned.';

const facts = { about: 'report-part', subject: 'deviations', period, kind: 'deviation', lang: 'en' } as const;
const regional = { about: 'region', subject: '015', kind: 'drivers', lang: 'ar', covers: '2022' } as const;
const known = { period: {}, programme: { status: 'created' } };

const written: Told = { id: 'e1', type: 'NarrativeWritten', data: facts };
const revised: Told = { id: 'e2', type: 'NarrativeRevised', data: { replaces: 'e1' } };
const withdrawn: Told = { id: 'e3', type: 'NarrativeWithdrawn', data: { voids: 'e2' } };

describe('write a narrative', () => {
  const write = (fields: Partial<WriteNarrative>) => command(WriteNarrative, { id, ...facts, text, ...fields });

  test('records what it is about, its text apart', () =>
    given(narrative)
      .when(write({}), known)
      .then([{ type: 'NarrativeWritten', data: facts, texts: { text } }]));
  test('an id is used once', () => {
    given(narrative, written).when(write({}), known).thenRejected('narrative-exists');
    given(narrative, written, revised, withdrawn).when(write({}), known).thenRejected('narrative-exists');
  });
  test('a part of the reports is named; the project needs no name', () => {
    given(narrative)
      .when(write({ subject: undefined }), known)
      .thenRejected('subject-missing');
    given(narrative)
      .when(write({ about: 'project' }), known)
      .thenRejected('subject-of-the-project');
    given(narrative)
      .when(write({ about: 'project', subject: undefined }), known)
      .thenLike([{ data: { about: 'project' } }]);
  });
  test('its period is one of the project', () =>
    given(narrative)
      .when(write({}), { ...known, period: undefined })
      .thenRejected('unknown-period'));
});

describe('write a narrative of a portfolio', () => {
  const write = (fields: Partial<WritePortfolioNarrative>) =>
    command(WritePortfolioNarrative, { id, ...regional, text, ...fields });

  test('of a region, by its code or name', () =>
    given(narrative)
      .when(write({}))
      .then([{ type: 'NarrativeWritten', data: regional, texts: { text } }]));
  test('an id is used once', () => given(narrative, written).when(write({})).thenRejected('narrative-exists'));
  test('of a programme that there is', () => {
    const of = write({ about: 'programme', subject: programme });
    given(narrative)
      .when(of, known)
      .thenLike([{ data: { about: 'programme', subject: programme } }]);
    given(narrative).when(of, {}).thenRejected('unknown-programme');
    given(narrative)
      .when(of, { programme: { status: 'voided' } })
      .thenRejected('programme-voided');
    given(narrative)
      .when(write({ about: 'programme', subject: 'North Africa' }), known)
      .thenRejected('unknown-programme');
  });
});

describe.each([
  ['a narrative', ReviseNarrative, WithdrawNarrative],
  ['a narrative of a portfolio', RevisePortfolioNarrative, WithdrawPortfolioNarrative],
])('%s', (_, Revise, Withdraw) => {
  const revise = command(Revise, { id, text: 'Two visits were held.' });
  const withdraw = command(Withdraw, { id, reason });

  test('is revised: a version more, which names the one that it replaces', () => {
    given(narrative, written)
      .when(revise)
      .then([{ type: 'NarrativeRevised', data: { replaces: 'e1' }, texts: { text: 'Two visits were held.' } }]);
    given(narrative, written, revised)
      .when(revise)
      .thenLike([{ data: { replaces: 'e2' } }]);
  });
  test('has at most 200 versions', () => {
    const many = Array.from({ length: 198 }, (__, index): Told => ({ ...revised, id: `r${index}` }));
    given(narrative, written, ...many)
      .when(revise)
      .thenLike([{ type: 'NarrativeRevised' }]);
    given(narrative, written, ...many, revised)
      .when(revise)
      .thenRejected('too-many-versions');
  });
  test('is withdrawn, whatever its version', () =>
    given(narrative, written, revised)
      .when(withdraw)
      .then([{ type: 'NarrativeWithdrawn', data: { voids: 'e2' } }]));
  test('is withdrawn once', () => given(narrative, written, revised, withdrawn).when(withdraw).thenAlreadySo());
  test('is not revised once it is withdrawn', () =>
    given(narrative, written, withdrawn).when(revise).thenRejected('narrative-withdrawn'));
  test('that there is not is refused', () => {
    given(narrative).when(revise).thenRejected('unknown-narrative');
    given(narrative).when(withdraw).thenRejected('unknown-narrative');
  });
});

test.each([
  ['about', 'region'],
  ['kind', 'gossip'],
  ['lang', 'French'],
  ['text', ''],
  ['text', 'a'.repeat(40_001)],
] as const)('%s is not %.20s', (property, value) =>
  expect(validateSync(command(WriteNarrative, { id, ...facts, text, [property]: value }))).toMatchObject([
    { property },
  ]),
);
