export * from './budget-check.js';
export * from './budget-position.js';
export * from './budget-register.js';
export * from './budget-terms.js';
export * from './budget.js';
export * from './expenditure-register.js';
export * from './expenditure.js';
export * from './heading.js';
