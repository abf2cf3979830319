// A domain, and an adapter of a provider, decides by its arguments alone: no clock, randomness, environment, timers, promises. Imports are dependency-cruiser's part.
import { codeOf, sources } from './sources.mjs';

const IMPURE = [
  [/\bDate\.now\(|\bnew Date\(\)/, 'reads the clock'],
  [/\bMath\.random\(|\brandom(Bytes|UUID|Int|FillSync)\b|\bgetRandomValues\b/, 'is random'],
  [/\bprocess\.|\bglobalThis\b/, 'looks at the process'],
  [/\bset(Timeout|Interval|Immediate)\(|\bperformance\.now\(/, 'waits or measures'],
  [/\basync\b|\bawait\b|\bPromise\b/, 'is asynchronous'],
  [/\bconsole\./, 'writes'],
];

export function domainPurity(root) {
  const failures = [];
  const files = sources(
    root,
    'services/*/src/domain/**/*.ts',
    'services/interactions/src/adapters/**/*.ts',
    'libs/{identifiers,statistics}/src/**/*.ts',
  ).filter(([path]) => !path.endsWith('.test.ts'));
  for (const [path, text] of files) {
    codeOf(text)
      .split('\n')
      .forEach((line, index) => {
        for (const [pattern, what] of IMPURE) if (pattern.test(line)) failures.push(`${path}:${index + 1} ${what}: ${line.trim()}`);
      });
  }
  return { failures, note: `${files.length} files` };
}
