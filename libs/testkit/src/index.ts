export * from './kept-plans.js';
export * from './pipeline-harness.js';
export * from './test-database.js';
