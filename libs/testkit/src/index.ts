export * from './pipeline-harness.js';
export * from './test-database.js';
