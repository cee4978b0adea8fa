export * from './access-desk.js';
export * from './asserted-access.js';
export * from './grant-register.js';
export * from './grant.js';
export * from './known-grants.js';
