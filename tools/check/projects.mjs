// Nx tags, package names, TypeScript references and package dependencies say the same about every project.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const TAGS = {
  contracts: 'type:contracts',
  identifiers: 'type:domain',
  statistics: 'type:domain',
  platform: 'type:platform',
  testkit: 'type:testkit',
};
const MAY_DEPEND_ON = {
  'type:contracts': [],
  'type:domain': [],
  'type:platform': ['type:contracts'],
  'type:testkit': ['type:contracts', 'type:domain', 'type:platform'],
  'type:service': ['type:contracts', 'type:domain', 'type:platform', 'type:testkit'],
};
const MAIN_LINES_MAX = 30;

export function projects(root) {
  const found = ['libs', 'services'].flatMap((parent) =>
    readdirSync(join(root, parent))
      .filter((name) => existsSync(join(root, parent, name, 'package.json')))
      .map((name) => read(root, parent, name)),
  );
  const byName = new Map(found.map((project) => [project.manifest.name, project]));
  const listed = new Set(json(root, 'tsconfig.json').references.map(({ path }) => path));
  const failures = found.flatMap((project) => [
    ...problemsOf(project, byName),
    ...(listed.has(project.path) ? [] : [`tsconfig.json does not reference ${project.path}`]),
  ]);
  return { failures, note: `${found.length} projects` };
}

function problemsOf({ root, path, parent, folder, manifest, references }, byName) {
  const say = [];
  if (manifest.name !== `@rapport/${folder}`) say.push(`${path} is called ${manifest.name}`);
  const tags = manifest.nx?.tags ?? [];
  const expected = parent === 'services' ? ['type:service', `scope:${folder}`] : [TAGS[folder]];
  if (tags.join() !== expected.join()) say.push(`${path} has the tags ${tags.join(', ')} and should have ${expected.join(', ')}`);
  const needs = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies }).filter((name) => name.startsWith('@rapport/'));
  for (const need of needs) {
    const target = byName.get(need);
    if (!target) say.push(`${path} depends on ${need}, which does not exist`);
    else if (!MAY_DEPEND_ON[tags[0]]?.includes(target.manifest.nx.tags[0])) say.push(`${path} (${tags[0]}) may not depend on ${need}`);
  }
  const wanted = needs
    .map((need) => byName.get(need)?.path)
    .sort()
    .join(', ');
  if (references.slice().sort().join(', ') !== wanted)
    say.push(`${path}/tsconfig.json references ${references.join(', ')}; package.json names ${wanted}`);
  if (parent === 'services') {
    const main = join(root, path, 'src/main.ts');
    const count = existsSync(main) ? readFileSync(main, 'utf8').split('\n').length - 1 : 0;
    if (count === 0 || count > MAIN_LINES_MAX) say.push(`${path}/src/main.ts has ${count} lines (1 to ${MAIN_LINES_MAX})`);
  }
  return say;
}

function read(root, parent, folder) {
  const path = `${parent}/${folder}`;
  const references = json(root, `${path}/tsconfig.json`).references.map((reference) => join(path, reference.path));
  return { root, path, parent, folder, manifest: json(root, `${path}/package.json`), references };
}

const json = (root, path) => JSON.parse(readFileSync(join(root, path), 'utf8'));
