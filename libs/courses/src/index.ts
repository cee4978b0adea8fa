export * from './cohort-counts.js';
export * from './cohort.js';
export * from './course-register.js';
export * from './course.js';
