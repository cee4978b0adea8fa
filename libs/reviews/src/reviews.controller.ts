import { thingController } from '#http';
import { reviewRegister, reviewRuleRegister } from './review-register.js';
import { reviewRule } from './review-rule.js';
import { review } from './review.js';

const someRule = '018f3f5e-0000-7000-8000-000000007b01';
// Of LIBMITAF: a training, with its headcount, and one without.
const training31 = '3164cb5e-7770-501a-b676-d1ec0007565a';
const rule = { categories: ['training', 'expenditure'], from: '2023-01-01' };
const reason = { code: 'donor-requirement', text: 'The grant agreement asks for it from the second year on.' };
const missing = { code: 'data-quality', text: 'The attendance list is missing.' };

export const ReviewRulesController = thingController({
  things: 'review-rules',
  scope: 'project',
  decider: reviewRule,
  register: reviewRuleRegister,
  on: someRule,
  after: 'RequireReview',
  commands: {
    RequireReview: {
      role: 'manager',
      creates: true,
      summary: "Require a second person's approval for kinds of facts",
      example: { id: someRule, ...rule },
    },
    CorrectReviewRule: {
      role: 'manager',
      summary: 'Restate the rule, with a reason; with `to` it ends',
      example: { ...rule, from: '2022-04-01', reason },
      after: 'RequireReview',
    },
    VoidReviewRule: {
      role: 'manager',
      summary: 'There is no such rule',
      example: { reason },
      after: 'RequireReview',
    },
  },
});

export const ReviewsController = thingController({
  things: 'reviews',
  scope: 'project',
  decider: review,
  register: reviewRegister,
  on: training31,
  after: 'ApproveFact',
  commands: {
    ApproveFact: {
      role: 'manager',
      summary: 'Approve a fact as it stands; nobody approves their own',
      example: { category: 'training', revision: 1 },
    },
    ReturnFact: {
      role: 'manager',
      summary: 'Send a fact back, with a reason',
      example: { category: 'training', revision: 1, reason: missing },
    },
  },
});
