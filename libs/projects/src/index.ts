export * from './period.js';
export * from './project-commands.js';
export * from './project-events.js';
export * from './project-register.js';
export * from './project.js';
