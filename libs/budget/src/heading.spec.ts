import { command, given } from '../../event-sourcing/src/given-when-then.js';
import {
  AddHeading,
  CorrectHeading,
  CorrectHeadingRevision,
  heading,
  ReviseHeading,
  VoidHeading,
  VoidHeadingRevision,
  type HeadingEvent,
} from './heading.js';

const id = '018f3f5e-0000-7000-8000-0000000000b1';
const reason = { code: 'budget-realignment', text: 'More travel than foreseen.' } as const;

const facts = { order: 2, title: 'Travel', kind: 'direct', amount: 30331200 } as const;
const more = { amount: 32000000, amendment: 'Addendum 1' } as const;

type Given = HeadingEvent & { id: string };
const added: Given = { id: 'e1', type: 'HeadingAdded', data: facts };
const voided: Given = { id: 'e2', type: 'HeadingVoided', data: { voids: 'e1' } };
const revised: Given = { id: 'e3', type: 'HeadingRevised', data: more };

describe('add a heading', () => {
  const add = command(AddHeading, { id, ...facts, note: 'As Table 9 has it.' });

  test('records it, its note apart', () =>
    given(heading)
      .when(add)
      .then([{ type: 'HeadingAdded', data: facts, texts: { note: 'As Table 9 has it.' } }]));
  test('an id is used once', () => given(heading, added).when(add).thenRejected('heading-exists'));
});

describe('correct a heading', () => {
  const correct = command(CorrectHeading, { id, ...facts, amount: 30331300, reason });

  test('restates the whole and names what it replaces', () =>
    given(heading, added)
      .when(correct)
      .thenLike([{ type: 'HeadingCorrected', data: { ...facts, amount: 30331300, replaces: 'e1' } }]));
  test('also where the amount was revised since', () =>
    given(heading, added, revised)
      .when(correct)
      .thenLike([{ type: 'HeadingCorrected', data: { amount: 30331300, replaces: 'e1' } }]));
  test('what is stated already is already so', () =>
    given(heading, added, revised)
      .when(command(CorrectHeading, { id, ...facts, reason }))
      .thenAlreadySo());
  test('a voided one cannot be corrected', () =>
    given(heading, added, voided).when(correct).thenRejected('heading-voided'));
  test('the unknown neither', () => given(heading).when(correct).thenRejected('unknown-heading'));
});

describe('void a heading', () => {
  const void_ = command(VoidHeading, { id, reason });

  test('names the event it voids', () =>
    given(heading, added)
      .when(void_)
      .then([{ type: 'HeadingVoided', data: { voids: 'e1' } }]));
  test('twice is already so', () => given(heading, added, voided).when(void_).thenAlreadySo());
  test('the unknown is refused', () => given(heading).when(void_).thenRejected('unknown-heading'));
});

describe('revise a heading', () => {
  const revise = command(ReviseHeading, { id, ...more, reason });

  test('records the new amount and what it rests on', () =>
    given(heading, added)
      .when(revise)
      .then([{ type: 'HeadingRevised', data: more }]));
  test('the amount it has is already so', () => given(heading, added, revised).when(revise).thenAlreadySo());
  test('the amount it had once is news again', () =>
    given(heading, added, revised)
      .when(command(ReviseHeading, { id, amount: 30331200, reason }))
      .thenLike([{ type: 'HeadingRevised', data: { amount: 30331200 } }]));
  test('a voided one is not revised', () => given(heading, added, voided).when(revise).thenRejected('heading-voided'));
});

describe('correct and void a revision', () => {
  const correct = command(CorrectHeadingRevision, { id, amount: 32500000, amendment: 'Addendum 1', reason });
  const void_ = command(VoidHeadingRevision, { id, reason });

  test('it is corrected', () =>
    given(heading, added, revised)
      .when(correct)
      .then([
        { type: 'HeadingRevisionCorrected', data: { amount: 32500000, amendment: 'Addendum 1', replaces: 'e3' } },
      ]));
  test('to what it states is already so', () =>
    given(heading, added, revised)
      .when(command(CorrectHeadingRevision, { id, ...more, reason }))
      .thenAlreadySo());
  test('to the amount before is a voiding', () =>
    given(heading, added, revised)
      .when(command(CorrectHeadingRevision, { id, amount: 30331200, reason }))
      .thenRejected('amount-unchanged'));
  test('where there is none, there is nothing to correct', () =>
    given(heading, added).when(correct).thenRejected('no-revision'));
  test('it is voided', () =>
    given(heading, added, revised)
      .when(void_)
      .then([{ type: 'HeadingRevisionVoided', data: { voids: 'e3' } }]));
  test('voiding none is already so', () => given(heading, added).when(void_).thenAlreadySo());
  test('a voided heading has none to void', () =>
    given(heading, added, revised, voided).when(void_).thenRejected('heading-voided'));
});

describe('budget years', () => {
  const years = [
    { period: '2021-04/2022-03', amount: 10000000 },
    { period: '2022-04/2023-03', amount: 20331200 },
  ];
  const perYear: Given = { id: 'e1', type: 'HeadingAdded', data: { ...facts, years } };

  test('are kept as stated, whether or not they make the amount', () =>
    given(heading)
      .when(command(AddHeading, { id, ...facts, amount: 1, years }))
      .thenLike([{ type: 'HeadingAdded', data: { amount: 1, years } }]));
  test('a year stands there once', () => {
    const twice = [years[0]!, { ...years[0]!, amount: 5 }];
    given(heading)
      .when(command(AddHeading, { id, ...facts, years: twice }))
      .thenRejected('year-repeated');
    given(heading, added)
      .when(command(CorrectHeading, { id, ...facts, years: twice, reason }))
      .thenRejected('year-repeated');
    given(heading, added)
      .when(command(ReviseHeading, { id, amount: 1, years: twice, reason }))
      .thenRejected('year-repeated');
  });
  test('are stated of a heading by correcting it', () =>
    given(heading, added)
      .when(command(CorrectHeading, { id, ...facts, years, reason }))
      .thenLike([{ type: 'HeadingCorrected', data: { ...facts, years, replaces: 'e1' } }]));
  test('the same amount over other years is a revision', () =>
    given(heading, perYear)
      .when(command(ReviseHeading, { id, amount: facts.amount, years: [years[0]!], reason }))
      .then([{ type: 'HeadingRevised', data: { amount: facts.amount, years: [years[0]] } }]));
  test('the same amount over the same years, or over years left out, is already so', () => {
    given(heading, perYear)
      .when(command(ReviseHeading, { id, amount: facts.amount, years, reason }))
      .thenAlreadySo();
    given(heading, perYear)
      .when(command(ReviseHeading, { id, amount: facts.amount, reason }))
      .thenAlreadySo();
  });
  test('a revision is not corrected to the amount and years before it', () =>
    given(heading, perYear, revised)
      .when(command(CorrectHeadingRevision, { id, amount: facts.amount, years, reason }))
      .thenRejected('amount-unchanged'));
});
