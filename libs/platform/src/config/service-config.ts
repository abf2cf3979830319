import { InvalidVariable, int, list, oneOf, type Spec, str } from './spec.js';

type Specs = Readonly<Record<string, Spec<unknown>>>;
type Camel<S extends string> = S extends `${infer Head}_${infer Tail}` ? `${Lowercase<Head>}${Capitalize<Camel<Tail>>}` : Lowercase<S>;
type ValuesOf<S extends Specs> = { readonly [K in keyof S & string as Camel<K>]: S[K] extends Spec<infer T> ? T : never };

const POSTGRES_URL = /^postgres(ql)?:\/\/\S+$/;

const BASE = {
  HOST: str({ default: '127.0.0.1' }),
  PORT: int({ default: 0, max: 65_535 }),
  DATABASE_URL: str({ pattern: POSTGRES_URL, expected: 'a PostgreSQL URL such as postgres://role:password@127.0.0.1:5432/rapport' }),
  KAFKA_BROKERS: list(),
  INTERNAL_TOKEN: str({ minLength: 16 }),
  LOG_LEVEL: oneOf(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], { default: 'info' }),
  /** The same for every topic whose key is a subject or a profile id. */
  TOPIC_PARTITIONS: int({ default: 4, min: 1, max: 1024 }),
  BATCH_RECORDS_MAX: int({ default: 2_000, min: 1, max: 10_000 }),
  /** Partitions of one pipeline that are worked on at the same time in one process: one's statements run while another thinks. */
  PARTITIONS_AT_ONCE: int({ default: 2, min: 1, max: 64 }),
  CLOCK_INTERVAL_MS: int({ default: 200, min: 10, max: 60_000 }),
  /** How long a consumer group waits for a member that died before it gives its partitions to another. */
  SESSION_TIMEOUT_MS: int({ default: 10_000, min: 1_000, max: 300_000 }),
  /** A process whose consumer shows no sign of life for so long ends, to be started again. */
  WATCHDOG_MS: int({ default: 120_000, min: 10_000, max: 3_600_000 }),
  BODY_BYTES_MAX: int({ default: 1_048_576, min: 1024, max: 67_108_864 }),
  /** From the first byte of a request to its last: a client that sends one byte a second is cut off. */
  REQUEST_TIMEOUT_MS: int({ default: 10_000, min: 100, max: 600_000 }),
  SHUTDOWN_TIMEOUT_MS: int({ default: 10_000, min: 100, max: 600_000 }),
  OTEL_EXPORTER_OTLP_ENDPOINT: str({ default: '', pattern: /^https?:\/\//, expected: 'an http(s) URL' }),
} satisfies Specs;

export type ServiceConfig = { readonly name: string } & ValuesOf<typeof BASE>;

/** Every variable that is missing or wrong, one per line, never with its value. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  /** The message says it all: where in the code it was found helps nobody. */
  override readonly stack = undefined;
}

/**
 * Reads the environment once into a frozen, typed object: `SMTP_URL` becomes `smtpUrl`.
 * @param extra variables of this service beyond the base ones; one of the same name replaces the base's rule.
 * @throws {ConfigError} naming all variables that are missing or wrong, and what each must be.
 */
export function readServiceConfig<const S extends Specs = Record<never, never>>(
  name: string,
  extra?: S,
  env: NodeJS.ProcessEnv = process.env,
): ServiceConfig & ValuesOf<S> {
  const config: Record<string, unknown> = { name };
  const problems: string[] = [];
  for (const [variable, { parse }] of Object.entries<Spec<unknown>>({ ...BASE, ...extra })) {
    try {
      config[camelCase(variable)] = parse(env[variable]);
    } catch (error) {
      if (!(error instanceof InvalidVariable)) throw error;
      problems.push(`${variable} ${error.message}`);
    }
  }
  if (problems.length > 0) throw new ConfigError(`${name} cannot start:\n  ${problems.join('\n  ')}`);
  return Object.freeze(config) as ServiceConfig & ValuesOf<S>;
}

function camelCase(variable: string): string {
  return variable.toLowerCase().replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
}
