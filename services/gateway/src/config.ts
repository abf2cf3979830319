import { bool, ConfigError, int, list, readServiceConfig, str } from '@rapport/platform';
import { type SealingKeys, sealingKeys } from './domain/sealed-secrets.js';

const URL_PATTERN = /^https?:\/\/\S+$/;
const SEALING_KEY = /^[A-Za-z0-9+/]{43}=$/;
const serviceUrl = () => str({ pattern: URL_PATTERN, expected: 'a URL such as http://127.0.0.1:8081' });
const key = (prefix: string) =>
  str({
    default: '',
    pattern: new RegExp(`^${prefix}_[A-Za-z0-9_-]{16,128}$`),
    expected: `${prefix}_ and 16 to 128 characters of A–Z a–z 0–9 _ -`,
  });

export function readConfig(env: NodeJS.ProcessEnv = process.env) {
  const config = readServiceConfig(
    'gateway',
    {
      PORT: int({ default: 8080, max: 65_535 }),
      INTERACTIONS_URL: serviceUrl(),
      PROFILES_URL: serviceUrl(),
      SEGMENTATION_URL: serviceUrl(),
      NOTIFICATIONS_URL: serviceUrl(),
      /** How long another service may take to answer a read. */
      UPSTREAM_TIMEOUT_MS: int({ default: 3_000, min: 50, max: 60_000 }),
      /** Signs and checks the links in mails. */
      LINK_SECRET: str({ minLength: 16 }),
      BOOTSTRAP_WRITE_KEY: key('wk'),
      BOOTSTRAP_SERVER_KEY: key('sk'),
      /** 32 bytes in base64: seals the secrets of connections. */
      CONNECTION_KEY: str({ pattern: SEALING_KEY, expected: '32 bytes in base64 (openssl rand -base64 32)' }),
      /** Former ones, separated by commas: they open what was sealed before the key was changed. */
      CONNECTION_KEYS_FORMER: list({ default: [] }),
      /** One delivery of a provider. More would not fit into a record of Kafka. */
      INBOUND_BYTES_MAX: int({ default: 1_048_576, min: 1_024, max: 1_500_000 }),
      /** The built-in SMTP receiver is off while this is 0. */
      SMTP_RECEIVER_PORT: int({ default: 0, min: 0, max: 65_535 }),
      /** One mail, attachments included; they are named and not kept. */
      SMTP_RECEIVER_BYTES_MAX: int({ default: 26_214_400, min: 10_000, max: 104_857_600 }),
      /** PEM, `\n` may stand for line breaks; with both, STARTTLS is offered. */
      SMTP_RECEIVER_TLS_KEY: str({ default: '' }),
      SMTP_RECEIVER_TLS_CERTIFICATE: str({ default: '' }),
      /** A stand-in for Amazon SNS on this machine, from which certificates are fetched; for development only. */
      SNS_BASE_URL: str({ default: '', pattern: /^(?:https?:\/\/\S+)?$/, expected: 'a URL such as http://127.0.0.1:4566' }),
      /** A revoked key is refused everywhere after this at the latest. */
      KEY_REFRESH_MS: int({ default: 3_000, min: 100, max: 5_000 }),
      RATE_LIMIT_PER_SECOND: int({ default: 20_000, min: 1, max: 10_000_000 }),
      RATE_LIMIT_BURST: int({ default: 60_000, min: 1, max: 10_000_000 }),
      /** From handing a send to Kafka to its acknowledgement, retries included. */
      KAFKA_SEND_TIMEOUT_MS: int({ default: 5_000, min: 100, max: 60_000 }),
      SEND_RECORDS_MAX: int({ default: 500, min: 1, max: 10_000 }),
      SEND_BYTES_MAX: int({ default: 900_000, min: 100_000, max: 2_000_000 }),
      BUFFER_RECORDS_MAX: int({ default: 50_000, min: 1, max: 10_000_000 }),
      BUFFER_BYTES_MAX: int({ default: 64_000_000, min: 1_000_000, max: 4_000_000_000 }),
      /** Where files wait while they are imported: this gateway's own, kept over a restart. A folder of this database's name in the system's temporary one, when it is empty. */
      IMPORT_DIRECTORY: str({ default: '' }),
      /** One file, as it is sent and inflated. */
      IMPORT_BYTES_MAX: int({ default: 1_073_741_824, min: 1_000, max: 1_099_511_627_776 }),
      /** All files that wait on this gateway. */
      IMPORT_SPOOL_BYTES_MAX: int({ default: 4_294_967_296, min: 1_000 }),
      /** All imports of this gateway together, so that what customers do now does not wait behind a file. */
      IMPORT_ROWS_PER_SECOND: int({ default: 2_000, min: 1, max: 1_000_000 }),
      IMPORTS_AT_ONCE: int({ default: 2, min: 1, max: 16 }),
      /** Rejected rows are customers' data: they are not kept for longer than it takes to correct them. */
      IMPORT_REJECTS_DAYS: int({ default: 30, min: 1, max: 365 }),
      /** How long the rows of a file are known to be in: as long as the interactions service keeps what they became (RETENTION_DAYS). */
      IMPORTS_KEPT_DAYS: int({ default: 395, min: 7, max: 3_650 }),
      /** The live view: how long after the last sign of life somebody counts as here. */
      LIVE_PRESENCE_MS: int({ default: 300_000, min: 1_000, max: 1_800_000 }),
      /** How far back a visit is told; so much (and twice the above) is read back when the first listener comes. */
      LIVE_VISIT_MS: int({ default: 1_800_000, min: 1_000, max: 14_400_000 }),
      /** Of one partition; what is older is not read back, and visits then seem shorter. */
      LIVE_READ_BACK_RECORDS_MAX: int({ default: 250_000, min: 1_000, max: 10_000_000 }),
      LIVE_VISITORS_MAX: int({ default: 50_000, min: 100, max: 1_000_000 }),
      /** Events kept for listeners who come back. */
      LIVE_EVENTS_KEPT_MAX: int({ default: 20_000, min: 100, max: 1_000_000 }),
      LIVE_LISTENERS_MAX: int({ default: 2_000, min: 1, max: 100_000 }),
      LIVE_LISTENERS_PER_KEY_MAX: int({ default: 1_000, min: 1, max: 100_000 }),
      /** How long the log is read on after the last listener has gone. */
      LIVE_LINGER_MS: int({ default: 60_000, min: 0, max: 3_600_000 }),
      /** Take the caller's address from X-Forwarded-For: only behind a proxy that sets it. */
      TRUST_PROXY: bool({ default: false }),
    },
    env,
  );
  return { ...config, sealingKeys: readSealingKeys(config) };
}

function readSealingKeys({
  connectionKey,
  connectionKeysFormer,
}: {
  connectionKey: string;
  connectionKeysFormer: readonly string[];
}): SealingKeys {
  try {
    return sealingKeys(connectionKey, connectionKeysFormer);
  } catch {
    throw new ConfigError('gateway cannot start:\n  CONNECTION_KEYS_FORMER must be keys of 32 bytes in base64, separated by commas');
  }
}

export type GatewayConfig = ReturnType<typeof readConfig>;
