// A file's folder says what it may import (ARCHITECTURE, "Rooms"). `npm run check` runs it.
const TEST = '\\.(test|e2e|inv)\\.ts$|^libs/testkit/|^tests/|/testing/';
const room = (...names) => `^services/[^/]+/src/(${names.join('|')})/`;
const not = (room, path) => ({ path, pathNot: `${TEST}${room ? `|${room}` : ''}` });

/** What computes and does nothing else. Of crypto only hashes: tools/check/domain-purity.mjs refuses its randomness. */
const PURE_PACKAGES = '^node_modules/(big\\.js|libphonenumber-js|@sinclair/typebox|@types/big\\.js)/|^(node:)?crypto$';

export default {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'Two files that need each other are one file, or lack a third.',
      severity: 'error',
      from: { pathNot: 'node_modules' },
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-orphans',
      comment: 'A file that nothing imports is dead, or an entry that this rule should know.',
      severity: 'error',
      from: {
        orphan: true,
        path: '^(libs|services)/[^/]+/src/',
        pathNot: `\\.d\\.ts$|\\.test\\.ts$|/src/(main|migrate|openapi|index)\\.ts$`,
      },
      to: {},
    },
    {
      name: 'resolvable',
      comment: 'An import that leads nowhere.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'domain-is-pure',
      comment: 'Decisions depend on contracts, identifiers, statistics and each other: no I/O, clock, randomness, framework.',
      severity: 'error',
      from: not('', room('domain')),
      to: { pathNot: [room('domain'), '^libs/(contracts|identifiers|statistics)/', PURE_PACKAGES] },
    },
    {
      name: 'pipeline-knows-domain-only',
      comment:
        'load → decide → commit: what it needs of the outside are ports that it declares itself. Decoding is a function of the record.',
      severity: 'error',
      from: not('', room('pipeline')),
      to: { path: room('http', 'kafka', 'persistence', 'channels', 'adapters'), pathNot: '/kafka/(decode|encode)-[^/]+\\.ts$' },
    },
    {
      name: 'persistence-implements-ports',
      severity: 'error',
      from: not('', room('persistence')),
      to: { path: room('http', 'kafka', 'channels', 'adapters') },
    },
    {
      name: 'wire-knows-no-tables',
      comment:
        'kafka/ turns records into what the domain speaks of, and back. (http/ may read through persistence: a query decides nothing.)',
      severity: 'error',
      from: not('', room('kafka')),
      to: { path: room('http', 'persistence') },
    },
    {
      name: 'decoding-is-pure',
      comment: 'A pipeline calls it inside a batch.',
      severity: 'error',
      from: not('', '^services/[^/]+/src/kafka/(decode|encode)-[^/]+\\.ts$'),
      to: { path: room('pipeline', 'http', 'persistence'), dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'services-are-strangers',
      comment: 'They meet in contracts.',
      severity: 'error',
      from: not('', '^services/([^/]+)/'),
      to: { path: '^services/', pathNot: '^services/$1/' },
    },
    {
      name: 'contracts-are-shapes',
      comment: 'Nothing but the schema library.',
      severity: 'error',
      from: not('', '^libs/contracts/src/'),
      to: { pathNot: ['^libs/contracts/src/', '^node_modules/@sinclair/typebox/'] },
    },
    {
      name: 'identifiers-are-pure',
      comment: 'SHA-256 is a function of its input.',
      severity: 'error',
      from: not('', '^libs/identifiers/src/'),
      to: { pathNot: ['^libs/identifiers/src/', PURE_PACKAGES, '^(node:)?module$'] },
    },
    {
      name: 'statistics-are-pure',
      comment: 'Arithmetic.',
      severity: 'error',
      from: not('', '^libs/statistics/src/'),
      to: { pathNot: '^libs/statistics/src/' },
    },
    {
      name: 'libraries-do-not-know-services',
      severity: 'error',
      from: { path: '^libs/' },
      to: { path: '^services/' },
    },
    {
      name: 'testkit-is-for-tests',
      severity: 'error',
      from: { path: '^(libs|services)/', pathNot: TEST },
      to: { path: '^libs/testkit/|\\.test\\.ts$' },
    },
    {
      name: 'no-test-packages-in-the-product',
      severity: 'error',
      from: { path: '^(libs|services)/[^/]+/src/', pathNot: TEST },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'public-doors-of-libraries',
      comment: 'From outside, a library is its index. (Stories need no database: whoever wants only them loads none.)',
      severity: 'error',
      from: { path: '^services/' },
      to: { path: '^libs/[^/]+/(src|dist)/', pathNot: '^libs/([^/]+/src/index|testkit/src/identity-stories)\\.ts$' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)dist/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['@rapport/source', 'import', 'node', 'default', 'types'],
      mainFields: ['module', 'main', 'types'],
    },
    skipAnalysisNotInRules: true,
  },
};
