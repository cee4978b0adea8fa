import { validateSync } from 'class-validator';
import { command, given } from '../../event-sourcing/src/given-when-then.js';
import { CorrectReviewRule, RequireReview, reviewRule, VoidReviewRule, type ReviewRuleEvent } from './review-rule.js';

type Told = ReviewRuleEvent & { id: string };

const id = '018f3f5e-0000-7000-8000-0000000000f1';
const reason = { code: 'donor-requirement', text: 'The agreement asks for it.' } as const;
const known = { reviewable: new Set(['expenditure', 'training']) };

const facts = { categories: ['training'], from: '2022-01-01' };
const required: Told = { id: 'e1', type: 'ReviewRequired', data: facts };
const voided: Told = { id: 'e2', type: 'ReviewRuleVoided', data: { voids: 'e1' } };

describe('require a review', () => {
  const require_ = (fields: Partial<RequireReview> = {}) => command(RequireReview, { id, ...facts, ...fields });

  test('records of what, its note apart', () =>
    given(reviewRule)
      .when(require_({ note: 'Clause 7.' }), known)
      .then([{ type: 'ReviewRequired', data: facts, texts: { note: 'Clause 7.' } }]));
  test('an id is used once', () => {
    given(reviewRule, required).when(require_(), known).thenRejected('review-rule-exists');
    given(reviewRule, required, voided).when(require_(), known).thenRejected('review-rule-exists');
  });
  test('of kinds that a project has', () =>
    given(reviewRule)
      .when(require_({ categories: ['training', 'organisation'] }), known)
      .thenRejected('not-reviewable'));
  test('it does not end before it begins', () =>
    given(reviewRule)
      .when(require_({ to: '2021-12-31' }), known)
      .thenRejected('ends-before-it-begins'));
  test.each([[[]], [['training', 'training']], [['Training']]])('%j are no kinds', (categories) =>
    expect(validateSync(require_({ categories }))).toMatchObject([{ property: 'categories' }]),
  );
});

describe('correct a rule', () => {
  const correct = command(CorrectReviewRule, { id, ...facts, to: '2022-12-31', reason });

  test('restates the whole and names what it replaces', () =>
    given(reviewRule, required)
      .when(correct, known)
      .thenLike([{ type: 'ReviewRuleCorrected', data: { ...facts, to: '2022-12-31', replaces: 'e1' } }]));
  test('what is stated already is already so', () =>
    given(reviewRule, required)
      .when(command(CorrectReviewRule, { id, ...facts, reason }), known)
      .thenAlreadySo());
  test('the rules hold for it too', () =>
    given(reviewRule, required).when(correct, { reviewable: new Set() }).thenRejected('not-reviewable'));
  test('the unknown and the voided are refused', () => {
    given(reviewRule).when(correct, known).thenRejected('unknown-review-rule');
    given(reviewRule, required, voided).when(correct, known).thenRejected('review-rule-voided');
  });
});

describe('void a rule', () => {
  const void_ = command(VoidReviewRule, { id, reason });

  test('names the event it voids', () =>
    given(reviewRule, required)
      .when(void_, known)
      .then([{ type: 'ReviewRuleVoided', data: { voids: 'e1' } }]));
  test('twice is already so', () => given(reviewRule, required, voided).when(void_, known).thenAlreadySo());
  test('the unknown is refused', () => given(reviewRule).when(void_, known).thenRejected('unknown-review-rule'));
});
