export * from './grant-register.js';
export * from './instalment.js';
export * from './small-grant-commands.js';
export * from './small-grant.js';
