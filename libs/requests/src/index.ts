export * from './request-register.js';
export * from './request.js';
