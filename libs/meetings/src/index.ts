export * from './coordination-register.js';
export * from './decision-commands.js';
export * from './decision-register.js';
export * from './decision.js';
export * from './dialogue-register.js';
export * from './dialogue.js';
export * from './meeting.js';
