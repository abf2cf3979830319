import { pageOf, ref } from './components.js';
import { Door, PAGE } from './door.js';
import { ACCOUNT, PROFILE_ID } from './examples.js';

const ID = { id: 'The id of the account, as the senders of `group` name it.' };
const DOMAIN = { domain: 'An e-mail domain, such as `acme.example`.' };

export const ACCOUNT_DOORS = {
  list: Door({
    scope: 'profiles:read',
    summary: 'Companies',
    query: PAGE,
    answer: {
      status: 200,
      description: 'A page of accounts, by id.',
      schema: pageOf(ref('Account')),
      example: { data: [ACCOUNT], nextCursor: null },
    },
    problems: [400],
  }),
  one: Door({
    scope: 'profiles:read',
    summary: 'One company',
    params: ID,
    answer: { status: 200, description: 'The account.', schema: ref('Account'), example: ACCOUNT },
    problems: [404],
  }),
  members: Door({
    scope: 'profiles:read',
    summary: 'Who belongs to a company',
    params: ID,
    query: PAGE,
    answer: {
      status: 200,
      description: 'People who were stated to belong to it, with their role.',
      schema: pageOf(ref('AccountMember')),
      example: { data: [{ profileId: PROFILE_ID, role: 'buyer', since: ACCOUNT.firstSeenAt }], nextCursor: null },
    },
    problems: [404],
  }),
  assignDomain: Door({
    scope: 'profiles:write',
    summary: 'Say whose an e-mail domain is',
    description:
      'Profiles with an address there belong to the account, marked `inferredFrom: email_domain`. Domains of free mail are refused.',
    params: DOMAIN,
    idempotent: true,
    body: {
      schema: { type: 'object', required: ['accountId'], properties: { accountId: { type: 'string', minLength: 1, maxLength: 256 } } },
      examples: { acme: { accountId: 'acme' } },
    },
    answer: {
      status: 200,
      description: 'The domain and its account.',
      schema: {
        type: 'object',
        required: ['domain', 'accountId'],
        properties: { domain: { type: 'string' }, accountId: { type: 'string' } },
      },
      example: { domain: 'acme.example', accountId: 'acme' },
    },
  }),
  dropDomain: Door({
    scope: 'profiles:write',
    summary: 'An e-mail domain is nobody’s',
    params: DOMAIN,
    idempotent: true,
    answer: { status: 204, description: 'Done.' },
  }),
} as const;
