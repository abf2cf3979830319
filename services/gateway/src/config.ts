import { bool, int, readServiceConfig, str } from '@rapport/platform';

const URL_PATTERN = /^https?:\/\/\S+$/;
const serviceUrl = () => str({ pattern: URL_PATTERN, expected: 'a URL such as http://127.0.0.1:8081' });
const key = (prefix: string) =>
  str({
    default: '',
    pattern: new RegExp(`^${prefix}_[A-Za-z0-9_-]{16,128}$`),
    expected: `${prefix}_ and 16 to 128 characters of A–Z a–z 0–9 _ -`,
  });

export const readConfig = (env: NodeJS.ProcessEnv = process.env) =>
  readServiceConfig(
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
      /** Take the caller's address from X-Forwarded-For: only behind a proxy that sets it. */
      TRUST_PROXY: bool({ default: false }),
    },
    env,
  );

export type GatewayConfig = ReturnType<typeof readConfig>;
