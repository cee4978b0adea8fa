import { command, given } from '../../event-sourcing/src/given-when-then.js';
import { AddRisk, CorrectRisk, CorrectRiskReview, ReviewRisk, VoidRisk, VoidRiskReview } from './risk-commands.js';
import { risk, type RiskEvent } from './risk.js';

type Told = RiskEvent & { id: string };

const id = '018f3f5e-0000-7000-8000-0000000000d1';
const result = '018f3f5e-0000-7000-8000-0000000000e1';
const review = '018f3f5e-0000-7000-8000-0000000000f1';
const reason = { code: 'data-quality', text: 'The minutes say otherwise.' } as const;
const known = { result: { status: 'added' }, checkDate: () => undefined };
const closed = (...days: string[]) => ({
  ...known,
  checkDate: (day?: string) => {
    if (day !== undefined && days.includes(day)) throw new Error(`${day} is closed`);
  },
});

const facts = { title: 'Roads are closed', category: 'security', likelihood: 4, impact: 3, result } as const;
const looked = { review, reviewedOn: '2022-03', status: 'materialised', likelihood: 5 } as const;
const added: Told = { id: 'e1', type: 'RiskAdded', data: facts };
const reviewed: Told = { id: 'e2', type: 'RiskReviewed', data: looked };
const voided: Told = { id: 'e3', type: 'RiskVoided', data: { voids: 'e1' } };
const reviewVoided: Told = { id: 'e4', type: 'RiskReviewVoided', data: { review, voids: 'e2' } };

describe('add a risk', () => {
  const add = (fields: Partial<AddRisk>) => command(AddRisk, { id, ...facts, ...fields });

  test('records it, what is done about it apart', () =>
    given(risk)
      .when(add({ mitigation: 'Sessions online.' }), known)
      .then([{ type: 'RiskAdded', data: facts, texts: { mitigation: 'Sessions online.' } }]));
  test('all but its title may be not stated', () =>
    given(risk)
      .when(command(AddRisk, { id, title: 'Roads are closed' }), { ...known, result: undefined })
      .thenLike([{ type: 'RiskAdded', data: { title: 'Roads are closed' } }]));
  test('an id is used once', () => given(risk, added).when(add({}), known).thenRejected('risk-exists'));
  test('the result is known, and not voided', () => {
    given(risk)
      .when(add({}), { ...known, result: undefined })
      .thenRejected('unknown-result');
    given(risk)
      .when(add({}), { ...known, result: { status: 'voided' } })
      .thenRejected('result-voided');
  });
});

describe('correct a risk', () => {
  const correct = command(CorrectRisk, { id, ...facts, impact: 5, reason });

  test('restates the whole and names what it replaces', () =>
    given(risk, added)
      .when(correct, known)
      .thenLike([{ type: 'RiskCorrected', data: { ...facts, impact: 5, replaces: 'e1' } }]));
  test('what is stated already is already so', () =>
    given(risk, added)
      .when(command(CorrectRisk, { id, ...facts, reason }), known)
      .thenAlreadySo());
  test('the unknown and the voided are refused', () => {
    given(risk).when(correct, known).thenRejected('unknown-risk');
    given(risk, added, voided).when(correct, known).thenRejected('risk-voided');
  });
  test('its reviews stay', () => {
    const corrected = { id: 'e5', type: 'RiskCorrected', data: { ...facts, impact: 5, replaces: 'e1' } };
    given(risk, added, reviewed, corrected)
      .when(command(VoidRiskReview, { id, review, reason }), known)
      .thenLike([{ data: { voids: 'e2' } }]);
  });
});

describe('void a risk', () => {
  const void_ = command(VoidRisk, { id, reason });

  test('names the event it voids', () =>
    given(risk, added, reviewed)
      .when(void_, known)
      .then([{ type: 'RiskVoided', data: { voids: 'e1' } }]));
  test('not what was reviewed in a closed period', () =>
    expect(() => given(risk, added, reviewed).when(void_, closed('2022-03')).thenAlreadySo()).toThrow('is closed'));
  test('twice is already so', () => given(risk, added, voided).when(void_, known).thenAlreadySo());
  test('the unknown is refused', () => given(risk).when(void_, known).thenRejected('unknown-risk'));
});

describe('review a risk', () => {
  const look = (fields: Partial<ReviewRisk>) => command(ReviewRisk, { id, ...looked, ...fields });

  test('records what it came to, the note apart', () =>
    given(risk, added)
      .when(look({ note: 'Two months.' }), known)
      .then([{ type: 'RiskReviewed', data: looked, texts: { note: 'Two months.' } }]));
  test('the same again is already so', () => given(risk, added, reviewed).when(look({}), known).thenAlreadySo());
  test('another one has an id of its own', () => {
    given(risk, added, reviewed)
      .when(look({ status: 'closed' }), known)
      .thenRejected('review-exists');
    given(risk, added, reviewed, reviewVoided).when(look({}), known).thenRejected('review-voided');
  });
  test('on a day that the project takes', () =>
    expect(() => given(risk, added).when(look({}), closed('2022-03')).thenAlreadySo()).toThrow('is closed'));
  test('of one risk there are a hundred at most', () => {
    const many = Array.from({ length: 100 }, (_, at) => ({ ...reviewed, data: { ...looked, review: `r${at}` } }));
    given(risk, added, ...many)
      .when(look({}), known)
      .thenRejected('too-many-reviews');
  });
  test('the unknown and the voided are refused', () => {
    given(risk).when(look({}), known).thenRejected('unknown-risk');
    given(risk, added, voided).when(look({}), known).thenRejected('risk-voided');
  });
});

describe('correct a review of a risk', () => {
  const correct = command(CorrectRiskReview, { id, ...looked, reviewedOn: '2022-04', reason });

  test('restates the whole and names what it replaces', () =>
    given(risk, added, reviewed)
      .when(correct, known)
      .thenLike([{ type: 'RiskReviewCorrected', data: { ...looked, reviewedOn: '2022-04', replaces: 'e2' } }]));
  test('a second one replaces the first', () => {
    const corrected = { id: 'e5', type: 'RiskReviewCorrected', data: { ...looked, status: 'open', replaces: 'e2' } };
    given(risk, added, reviewed, corrected)
      .when(correct, known)
      .thenLike([{ data: { replaces: 'e5' } }]);
  });
  test('what is stated already is already so', () =>
    given(risk, added, reviewed)
      .when(command(CorrectRiskReview, { id, ...looked, reason }), known)
      .thenAlreadySo());
  test.each(['2022-03', '2022-04'])('not where %s is in a closed period', (day) =>
    expect(() => given(risk, added, reviewed).when(correct, closed(day)).thenAlreadySo()).toThrow('is closed'),
  );
  test('the unknown and the voided are refused', () => {
    given(risk, added).when(correct, known).thenRejected('unknown-review');
    given(risk, added, reviewed, reviewVoided).when(correct, known).thenRejected('review-voided');
  });
});

describe('void a review of a risk', () => {
  const void_ = command(VoidRiskReview, { id, review, reason });

  test('names the event it voids', () =>
    given(risk, added, reviewed)
      .when(void_, known)
      .then([{ type: 'RiskReviewVoided', data: { review, voids: 'e2' } }]));
  test('twice is already so', () => given(risk, added, reviewed, reviewVoided).when(void_, known).thenAlreadySo());
  test('the unknown is refused', () => given(risk, added).when(void_, known).thenRejected('unknown-review'));
});
