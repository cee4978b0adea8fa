export * from './membership-register.js';
export * from './membership.js';
export * from './organisation-events.js';
export * from './organisation-facts.js';
export * from './organisation-register.js';
export * from './organisation.js';
