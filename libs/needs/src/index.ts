export * from './assessment-round-register.js';
export * from './assessment-round.js';
export * from './context-figure-register.js';
export * from './context-figure.js';
export * from './people-in-need-register.js';
export * from './people-in-need.js';
