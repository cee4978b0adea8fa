export * from './organisation-register.js';
export * from './organisation.js';
