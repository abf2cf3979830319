import { ConfigError } from '@rapport/platform';
import { readProfilesConfig } from './config.js';

const ENV = {
  DATABASE_URL: 'postgres://profiles:secret@127.0.0.1/rapport',
  KAFKA_BROKERS: '127.0.0.1:9092',
  INTERNAL_TOKEN: 'a-token-for-tests-only',
};

test('the table of identity can be changed row by row', () => {
  const { identifierRules } = readProfilesConfig({ ...ENV, IDENTIFIER_RULES: '{"email": {"limit": 2}, "memberNo": {"priority": 93}}' });
  expect(identifierRules).toMatchObject({ email: { limit: 2, limitByStronger: 5 }, memberNo: { priority: 93 }, userId: { limit: 1 } });
});

test.each(['{', '[]', 'null', '{"email": {"limit": 0}}', '{"email": {"limit": "many"}}'])(
  'IDENTIFIER_RULES=%s stops the start by name',
  (rules) => {
    expect(() => readProfilesConfig({ ...ENV, IDENTIFIER_RULES: rules })).toThrow(ConfigError);
    expect(() => readProfilesConfig({ ...ENV, IDENTIFIER_RULES: rules })).toThrow('IDENTIFIER_RULES');
  },
);
