export * from './pipeline-harness.js';
export * from './test-database.js';
export * from './kept-plans.js';
