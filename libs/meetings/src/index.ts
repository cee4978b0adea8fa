export * from './coordination-register.js';
export * from './dialogue-register.js';
export * from './dialogue.js';
export * from './meeting.js';
