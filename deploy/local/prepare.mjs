// Makes schemas, roles, topics and tables. A process of its own, because it needs the platform's packages and the supervisor does not; one for all
// services, because loading those packages takes longer than the work. Reads its orders as JSON from stdin; one line of what it prints has the DATABASE_URLs, logs may stand around it.
import { existsSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { ensureTopics, provisionDatabase } from '@rapport/platform';

/** @type {{adminUrl: string, brokers: string[], partitions: number, services: {name: string, migrate: string, env: Record<string, string>}[]}} */
const { adminUrl, brokers, partitions, services } = JSON.parse(await text(process.stdin));

const names = /** @type {any} */ (services.map(({ name }) => name));
const [databaseUrls] = await Promise.all([provisionDatabase({ adminUrl, services: names }), ensureTopics({ brokers, partitions })]);
for (const { name, migrate, env } of services) {
  if (!existsSync(migrate)) continue;
  Object.assign(process.env, env, { DATABASE_URL: databaseUrls[name] });
  await import(pathToFileURL(migrate).href);
}
process.stdout.write(`\nDATABASE_URLS ${JSON.stringify(databaseUrls)}\n`);
