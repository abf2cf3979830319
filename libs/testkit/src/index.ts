export * from './free-port.js';
export * from './pipeline-harness.js';
export * from './random.js';
export * from './test-database.js';
export * from './kept-plans.js';
