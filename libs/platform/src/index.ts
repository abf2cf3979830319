export * from './stream/pipeline.js';
