import { createHmac } from 'node:crypto';
import pg from 'pg';

export const SERVICES = ['interactions', 'profiles', 'segmentation', 'notifications', 'gateway'] as const;
export type ServiceName = (typeof SERVICES)[number];

export interface ProvisionOptions {
  /** A role that may create roles and schemas. */
  readonly adminUrl: string;
  readonly services?: readonly ServiceName[];
  /** Every service's password is derived from it, so that provisioning twice gives the same ones and nothing has to be stored. */
  readonly passwordSecret?: string;
}

/**
 * One schema and one login role per service; a role sees only its own schema (its `search_path`, so that SQL needs no schema names).
 * Idempotent. @returns the DATABASE_URL of every service.
 */
export async function provisionDatabase({
  adminUrl,
  services = SERVICES,
  passwordSecret,
}: ProvisionOptions): Promise<Record<string, string>> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    // Roles are cluster-wide: two provisioners at once (tests) would trip over each other's CREATE ROLE.
    await client.query(`SELECT pg_advisory_lock(hashtext('rapport.provision'))`);
    const urls: Record<string, string> = {};
    const secret = passwordSecret ?? new URL(adminUrl).password;
    for (const service of services) urls[service] = await provisionService(client, adminUrl, service, secret);
    await client.query('REVOKE CREATE ON SCHEMA public FROM PUBLIC');
    return urls;
  } finally {
    await client.end();
  }
}

async function provisionService(client: pg.Client, adminUrl: string, service: ServiceName, secret: string): Promise<string> {
  const role = `rapport_${service}`;
  const password = createHmac('sha256', secret).update(role).digest('hex').slice(0, 32);
  const { rowCount } = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [role]);
  await client.query(`${rowCount === 0 ? 'CREATE' : 'ALTER'} ROLE ${role} LOGIN PASSWORD ${client.escapeLiteral(password)}`);
  const url = new URL(adminUrl);
  const database = decodeURIComponent(url.pathname.slice(1));
  await client.query(`GRANT ${role} TO CURRENT_USER`);
  await client.query(`CREATE SCHEMA IF NOT EXISTS ${service} AUTHORIZATION ${role}`);
  await client.query(`ALTER ROLE ${role} IN DATABASE ${client.escapeIdentifier(database)} SET search_path = ${service}`);
  url.username = role;
  url.password = password;
  return url.toString();
}
