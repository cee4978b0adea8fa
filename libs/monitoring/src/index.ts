export * from './attention-list.js';
export * from './attention.js';
export * from './read-attention.js';
export * from './search.js';
export * from './words.js';
