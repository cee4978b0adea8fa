export * from './place-commands.js';
export * from './place-register.js';
export * from './place.js';
