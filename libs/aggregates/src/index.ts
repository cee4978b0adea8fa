export * from './aggregate-commands.js';
export * from './aggregate-register.js';
export * from './aggregate.js';
