export * from './deliverable-register.js';
export * from './deliverable-version.js';
export * from './deliverable.js';
export * from './item-facts.js';
export * from './item-progress.js';
export * from './item-register.js';
export * from './item-state.js';
export * from './item.js';
