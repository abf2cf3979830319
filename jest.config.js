// Jest 30 in ESM mode (node --experimental-vm-modules): Nest 12 is ESM only. Tiers by file suffix, see CONTRIBUTING.md.
/** @type {import('jest').Config} */
const base = {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  // './x.js' in a .ts source is './x.ts' on disk
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  modulePathIgnorePatterns: ['<rootDir>/.*/dist/', '<rootDir>/.rapport/'],
  // workspace libraries resolve to their TypeScript sources: no build is needed to test
  testEnvironmentOptions: { customExportConditions: ['@rapport/source', 'node', 'node-addons'] },
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        module: { type: 'es6' },
        jsc: {
          target: 'es2023',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: true },
          keepClassNames: true,
        },
        sourceMaps: 'inline',
        swcrc: false,
      },
    ],
  },
};

// A busy machine is no failure; what hangs still ends.
const stack = {
  testTimeout: 60_000,
  globalSetup: '<rootDir>/libs/testkit/jest/global-setup.mjs',
  globalTeardown: '<rootDir>/libs/testkit/jest/global-teardown.mjs',
};

export default {
  projects: [
    {
      ...base,
      displayName: 'unit',
      testMatch: ['<rootDir>/{libs,services}/*/src/**/*.test.ts', '<rootDir>/{tools,bench,deploy}/**/*.test.ts'],
      testPathIgnorePatterns: ['\\.int\\.test\\.ts$', '/dist/'],
    },
    { ...base, ...stack, displayName: 'int', testMatch: ['<rootDir>/{libs,services}/*/src/**/*.int.test.ts'] },
    { ...base, ...stack, displayName: 'e2e', testMatch: ['<rootDir>/tests/{e2e,contract}/**/*.e2e.test.ts'] },
    { ...base, ...stack, displayName: 'invariants', testMatch: ['<rootDir>/tests/invariants/**/*.inv.test.ts'] },
  ],
};
