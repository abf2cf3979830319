import { ConfigError, readServiceConfig } from './service-config.js';
import { bool, int, list, oneOf, str } from './spec.js';

const BASE = {
  DATABASE_URL: 'postgres://role:secret@127.0.0.1:5432/rapport',
  KAFKA_BROKERS: '127.0.0.1:9092, 127.0.0.1:9093',
  INTERNAL_TOKEN: 'a-token-of-enough-length',
};

describe('readServiceConfig', () => {
  it('reads the base with its defaults, in camelCase', () => {
    expect(readServiceConfig('profiles', {}, BASE)).toMatchObject({
      name: 'profiles',
      host: '127.0.0.1',
      port: 0,
      kafkaBrokers: ['127.0.0.1:9092', '127.0.0.1:9093'],
      topicPartitions: 4,
      batchRecordsMax: 2_000,
      clockIntervalMs: 200,
      logLevel: 'info',
      otelExporterOtlpEndpoint: '',
    });
  });

  it('reads variables of the service, typed', () => {
    const config = readServiceConfig(
      'notifications',
      {
        SMTP_URL: str(),
        X_MS: int({ default: 5 }),
        WEBHOOK_ALLOW_PRIVATE: bool({ default: false }),
        TAGS: list({ default: [] }),
        MODE: oneOf(['a', 'b'], { default: 'a' }),
      },
      { ...BASE, SMTP_URL: 'smtp://127.0.0.1:1025', WEBHOOK_ALLOW_PRIVATE: 'TRUE', TAGS: 'x,,y' },
    );
    const typed: { smtpUrl: string; xMs: number; webhookAllowPrivate: boolean; tags: readonly string[]; mode: 'a' | 'b' } = config;
    expect(typed).toMatchObject({ smtpUrl: 'smtp://127.0.0.1:1025', xMs: 5, webhookAllowPrivate: true, tags: ['x', 'y'], mode: 'a' });
    expect(Object.isFrozen(config)).toBe(true);
  });

  it('names every variable that is missing or wrong, says what it must be, and never shows a value', () => {
    const bad = {
      ...BASE,
      DATABASE_URL: 'mysql://secret',
      INTERNAL_TOKEN: 'short',
      PORT: '70000',
      TOPIC_PARTITIONS: '4.5',
      KAFKA_BROKERS: ' ',
    };
    const read = (): unknown => readServiceConfig('profiles', { FLAG: bool() }, { ...bad, FLAG: 'yes' });
    expect(read).toThrow(ConfigError);
    expect(read).toThrow(
      [
        'profiles cannot start:',
        '  PORT must be a whole number from 0 to 65535',
        '  DATABASE_URL must be a PostgreSQL URL such as postgres://role:password@127.0.0.1:5432/rapport',
        '  KAFKA_BROKERS is required: a list of texts separated by commas',
        '  INTERNAL_TOKEN must be a text of at least 16 characters',
        '  TOPIC_PARTITIONS must be a whole number from 1 to 1024',
        '  FLAG must be true or false',
      ].join('\n'),
    );
    expect(read).not.toThrow(/mysql|short/);
  });

  it('takes an empty variable for one that is not set', () => {
    expect(readServiceConfig('x', {}, { ...BASE, PORT: '', LOG_LEVEL: ' ' })).toMatchObject({ port: 0, logLevel: 'info' });
  });
});
