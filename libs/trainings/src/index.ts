export * from './headcount.js';
export * from './training-register.js';
export * from './training.js';
