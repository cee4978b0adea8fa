import { command, given, rows } from '../../event-sourcing/src/given-when-then.js';
import { assumptionRegister } from './assumption-register.js';
import {
  AddAssumption,
  assumption,
  CorrectAssumption,
  CorrectAssumptionReview,
  ReviewAssumption,
  VoidAssumption,
  VoidAssumptionReview,
  type AssumptionEvent,
} from './assumption.js';

type Told = AssumptionEvent & { id: string };

const id = '018f3f5e-0000-7000-8000-0000000000d1';
const result = '018f3f5e-0000-7000-8000-0000000000e1';
const review = '018f3f5e-0000-7000-8000-0000000000f1';
const reason = { code: 'data-quality', text: 'The minutes say otherwise.' } as const;
const known = { result: { status: 'added' }, checkDate: () => undefined };
const closed = (closedDay: string) => ({
  ...known,
  checkDate: (day?: string) => {
    if (day === closedDay) throw new Error(`${day} is closed`);
  },
});

const facts = { title: 'The ministry nominates participants', result } as const;
const looked = { review, reviewedOn: '2022-03', standing: 'in-doubt' } as const;
const added: Told = { id: 'e1', type: 'AssumptionAdded', data: facts };
const reviewed: Told = { id: 'e2', type: 'AssumptionReviewed', data: looked };
const voided: Told = { id: 'e3', type: 'AssumptionVoided', data: { voids: 'e1' } };
const reviewVoided: Told = { id: 'e4', type: 'AssumptionReviewVoided', data: { review, voids: 'e2' } };

describe('add an assumption', () => {
  const add = command(AddAssumption, { id, ...facts, note: 'Page 12.' });

  test('records it, its note apart', () =>
    given(assumption)
      .when(add, known)
      .then([{ type: 'AssumptionAdded', data: facts, texts: { note: 'Page 12.' } }]));
  test('of the whole project, where it names no result', () =>
    given(assumption)
      .when(command(AddAssumption, { id, title: 'Peace' }), { ...known, result: undefined })
      .thenLike([{ type: 'AssumptionAdded', data: { title: 'Peace' } }]));
  test('an id is used once', () => given(assumption, added).when(add, known).thenRejected('assumption-exists'));
  test('the result is known, and not voided', () => {
    given(assumption)
      .when(add, { ...known, result: undefined })
      .thenRejected('unknown-result');
    given(assumption)
      .when(add, { ...known, result: { status: 'voided' } })
      .thenRejected('result-voided');
  });
});

describe('correct an assumption', () => {
  const correct = command(CorrectAssumption, { id, title: 'Peace', reason });

  test('restates the whole and names what it replaces', () =>
    given(assumption, added, reviewed)
      .when(correct, known)
      .thenLike([{ type: 'AssumptionCorrected', data: { title: 'Peace', replaces: 'e1' } }]));
  test('what is stated already is already so', () =>
    given(assumption, added)
      .when(command(CorrectAssumption, { id, ...facts, reason }), known)
      .thenAlreadySo());
  test('the unknown and the voided are refused', () => {
    given(assumption).when(correct, known).thenRejected('unknown-assumption');
    given(assumption, added, voided).when(correct, known).thenRejected('assumption-voided');
  });
});

describe('void an assumption', () => {
  const void_ = command(VoidAssumption, { id, reason });

  test('names the event it voids', () =>
    given(assumption, added, reviewed)
      .when(void_, known)
      .then([{ type: 'AssumptionVoided', data: { voids: 'e1' } }]));
  test('not what was reviewed in a closed period', () =>
    expect(() => given(assumption, added, reviewed).when(void_, closed('2022-03')).thenAlreadySo()).toThrow(
      'is closed',
    ));
  test('twice is already so', () => given(assumption, added, voided).when(void_, known).thenAlreadySo());
  test('the unknown is refused', () => given(assumption).when(void_, known).thenRejected('unknown-assumption'));
});

describe('review an assumption', () => {
  const look = (fields: Partial<ReviewAssumption>) => command(ReviewAssumption, { id, ...looked, ...fields });

  test('records whether it holds, the note apart', () =>
    given(assumption, added)
      .when(look({ note: 'No list yet.' }), known)
      .then([{ type: 'AssumptionReviewed', data: looked, texts: { note: 'No list yet.' } }]));
  test('the same again is already so', () => given(assumption, added, reviewed).when(look({}), known).thenAlreadySo());
  test('another one has an id of its own', () => {
    given(assumption, added, reviewed)
      .when(look({ standing: 'failed' }), known)
      .thenRejected('review-exists');
    given(assumption, added, reviewed, reviewVoided).when(look({}), known).thenRejected('review-voided');
  });
  test('on a day that the project takes', () =>
    expect(() => given(assumption, added).when(look({}), closed('2022-03')).thenAlreadySo()).toThrow('is closed'));
  test('the unknown and the voided are refused', () => {
    given(assumption).when(look({}), known).thenRejected('unknown-assumption');
    given(assumption, added, voided).when(look({}), known).thenRejected('assumption-voided');
  });
});

describe('correct a review of an assumption', () => {
  const correct = command(CorrectAssumptionReview, { id, ...looked, reviewedOn: '2022-04', reason });

  test('restates the whole and names what it replaces', () =>
    given(assumption, added, reviewed)
      .when(correct, known)
      .thenLike([{ type: 'AssumptionReviewCorrected', data: { ...looked, reviewedOn: '2022-04', replaces: 'e2' } }]));
  test('what is stated already is already so', () =>
    given(assumption, added, reviewed)
      .when(command(CorrectAssumptionReview, { id, ...looked, reason }), known)
      .thenAlreadySo());
  test.each(['2022-03', '2022-04'])('not where %s is in a closed period', (day) =>
    expect(() => given(assumption, added, reviewed).when(correct, closed(day)).thenAlreadySo()).toThrow('is closed'),
  );
  test('the unknown and the voided are refused', () => {
    given(assumption, added).when(correct, known).thenRejected('unknown-review');
    given(assumption, added, reviewed, reviewVoided).when(correct, known).thenRejected('review-voided');
  });
});

describe('void a review of an assumption', () => {
  const void_ = command(VoidAssumptionReview, { id, review, reason });

  test('names the event it voids', () =>
    given(assumption, added, reviewed)
      .when(void_, known)
      .then([{ type: 'AssumptionReviewVoided', data: { review, voids: 'e2' } }]));
  test('twice is already so', () =>
    given(assumption, added, reviewed, reviewVoided).when(void_, known).thenAlreadySo());
  test('the unknown is refused', () => given(assumption, added).when(void_, known).thenRejected('unknown-review'));
});

describe('assumption-register', () => {
  const june: Told = {
    id: 'e6',
    type: 'AssumptionReviewed',
    data: { review: 'r2', reviewedOn: '2022-06', standing: 'holds' },
  };

  test('what nobody has looked at has no standing', async () =>
    expect(await rows(assumptionRegister, added)).toEqual([{ ...facts, status: 'added', reviews: [] }]));
  test('it stands as the latest review says, in whatever order they were recorded', async () =>
    expect(await rows(assumptionRegister, added, june, reviewed)).toEqual([
      { ...facts, status: 'added', standing: 'holds', reviews: [looked, june.data] },
    ]));
  test('a corrected review stands in its place; once all are voided nobody has looked at it', async () => {
    const corrected = { type: 'AssumptionReviewCorrected', data: { ...looked, standing: 'failed', replaces: 'e2' } };
    expect(await rows(assumptionRegister, added, reviewed, corrected)).toMatchObject([
      { standing: 'failed', reviews: [{ standing: 'failed' }] },
    ]);
    expect(await rows(assumptionRegister, added, reviewed, corrected, reviewVoided)).toEqual([
      { ...facts, status: 'added', reviews: [] },
    ]);
  });
  test('a correction restates it and keeps its reviews; a voided one stays, as voided', async () => {
    const corrected = { type: 'AssumptionCorrected', data: { title: 'Peace', replaces: 'e1' } };
    expect(await rows(assumptionRegister, added, reviewed, corrected, voided)).toEqual([
      { title: 'Peace', status: 'voided', standing: 'in-doubt', reviews: [looked] },
    ]);
  });
});
