export * from './review-register.js';
export * from './review-rule.js';
export * from './review.js';
export * from './unapproved.js';
