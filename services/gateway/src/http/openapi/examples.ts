/** One story for all examples: Ann, who buys in the shop, had a dispute, and was called. */
export const PROFILE_ID = '019bc0a1-7c00-7000-8000-000000000010';
export const SEGMENT_ID = '019bc0a1-7c00-7000-8000-000000000020';
const AT = '2026-01-15T09:00:00.000Z';

export const PROFILE = {
  id: PROFILE_ID,
  version: 7,
  identifiers: [
    { type: 'userId', value: '17850', firstSeenAt: AT },
    { type: 'email', value: 'ann@example.com', firstSeenAt: AT },
  ],
  traits: { plan: { value: 'pro', source: 'crm', at: AT } },
  contactPoints: [{ channel: 'email', address: 'ann@example.com', verified: true, reachable: true }],
  consents: [
    { purpose: 'marketing', channel: 'email', state: 'granted', at: AT, source: 'checkout', wording: 'Yes, tell me about offers.' },
  ],
  accounts: [],
  firstSeenAt: AT,
  lastSeenAt: AT,
  orders: { count: 2, revenue: [{ currency: 'GBP', amount: '139.12' }], firstAt: AT, lastAt: AT },
  refunds: { count: 0, amount: [] },
  contacts: {
    byChannel: { web: { count: 9, lastAt: AT } },
    byHandling: { self_service: { count: 8, lastAt: AT }, human: { count: 1, lastAt: AT } },
  },
  satisfaction: { answers: 1, lastScore: 5, lastAt: AT },
  openCases: [],
  agentId: 'agent-7',
  mergedFrom: [],
};

export const MERGE = {
  mergedId: '019bc0a1-7c00-7000-8000-000000000011',
  survivorId: PROFILE_ID,
  at: AT,
  reason: 'identifiers',
  interactionId: '019bc0a1-7c00-7000-8000-000000000030',
  identifiers: [{ type: 'email', value: 'ann@example.com' }],
  unmergedAt: null,
};

export const ACCOUNT = {
  id: 'acme',
  firstSeenAt: AT,
  traits: { plan: { value: 'enterprise', source: 'crm', at: AT } },
  members: 12,
  domains: ['acme.example'],
};

export const UNMERGE = {
  id: '019bc0a1-7c00-7000-8000-000000000012',
  kind: 'unmerge',
  status: 'done',
  outcome: {
    kind: 'unmerged',
    profiles: [
      { profileId: PROFILE_ID, identifiers: 2, interactions: 9 },
      { profileId: MERGE.mergedId, identifiers: 1, interactions: 3 },
    ],
    sharedIdentifiers: [{ type: 'anonymousId', value: 'tablet-3', profileId: PROFILE_ID }],
    addedByHand: [{ interactionId: '019bc0a1-7c00-7000-8000-000000000031', event: 'Agent Assigned', at: AT, profileId: PROFILE_ID }],
  },
  requestedAt: AT,
  decidedAt: AT,
};

export const MERGE_REVIEW = {
  id: '019bc0a1-7c00-7000-8000-000000000013',
  state: 'open',
  profileId: PROFILE_ID,
  otherId: MERGE.mergedId,
  identifier: { type: 'anonymousId', value: 'kiosk-1' },
  obstacle: 'limit:userId',
  interactionId: MERGE.interactionId,
  times: 4,
  firstAt: AT,
  lastAt: AT,
  requestId: null,
  decidedAt: null,
};

export const INTERACTION = {
  id: '019bc0a1-7c00-7000-8000-000000000030',
  source: 'web',
  messageId: '8a4f0c1e-track-1',
  kind: 'track',
  event: 'Order Completed',
  at: AT,
  receivedAt: AT,
  subject: 'userId:17850',
  identifiers: [{ type: 'userId', value: '17850' }],
  channel: 'web',
  direction: 'inbound',
  stage: 'purchase',
  touchpoint: 'online_checkout',
  handling: 'self_service',
  sensitivity: 'normal',
  inferred: ['channel', 'direction', 'stage', 'touchpoint', 'handling', 'sensitivity'],
  value: { currency: 'GBP', amount: '139.12' },
  properties: { order_id: '536365', total: '139.12', currency: 'GBP' },
};

export const RELATIONSHIP = {
  relationshipType: {
    primary: 'self_service',
    confidence: 0.72,
    scores: {
      transactional: 0.1,
      self_service: 0.61,
      automated_service: 0.05,
      long_term: 0.3,
      personal_assistance: 0.2,
      dedicated_assistance: 0,
      community: 0,
      co_creation: 0,
    },
    reasons: ['8 of 9 contacts in 180 days were served by the customer himself'],
    evaluatedAt: AT,
    modelVersion: 'relationship-1',
  },
};

const WHY = [{ leaf: '/all/0', holds: true, evidence: { value: 2 } }];
export const SEGMENT = {
  id: SEGMENT_ID,
  name: 'Bought twice in 30 days',
  description: '',
  version: 1,
  state: 'live',
  rule: { all: [{ did: 'Order Completed', times: { atLeast: 2 }, within: { days: 30 } }] },
  createdAt: AT,
  updatedAt: AT,
};
export const SEGMENT_MEMBERSHIP = {
  segmentId: SEGMENT_ID,
  name: SEGMENT.name,
  member: true,
  since: AT,
  why: WHY,
  reviewAt: '2026-02-14T09:00:00.000Z',
};
export const MEMBER = { profileId: PROFILE_ID, since: AT };

export const DECISION = {
  ranked: [{ channel: 'email', address: 'ann@example.com', utility: 0.41, terms: { engage: 0.3, fit: 0.2, cost: -0.05, fatigue: -0.04 } }],
  rejected: [{ channel: 'phone', code: 'NO_ADDRESS' }],
  fallback: [{ channel: 'in_app', afterMs: 3_600_000 }],
  propensity: 1,
  modelVersion: 'channel-priors-1',
};
export const NOTIFICATION = {
  id: '019bc0a1-7c00-7000-8000-000000000040',
  profileId: PROFILE_ID,
  purpose: 'service',
  status: 'sent',
  decision: DECISION,
  deliveries: [{ channel: 'email', provider: 'smtp', providerMessageId: '<040@rapport.example>', status: 'sent', attempts: 1, at: AT }],
  cause: { kind: 'request' },
  createdAt: AT,
};
export const INBOX_MESSAGE = {
  id: '019bc0a1-7c00-7000-8000-000000000050',
  notificationId: NOTIFICATION.id,
  profileId: PROFILE_ID,
  sequence: 1,
  purpose: 'service',
  locale: 'en',
  title: 'Your order',
  text: 'It arrives on Friday.',
  url: null,
  createdAt: AT,
  readAt: null,
};
export const TASK = {
  id: '019bc0a1-7c00-7000-8000-000000000060',
  notificationId: NOTIFICATION.id,
  profileId: PROFILE_ID,
  channel: 'phone',
  address: '+84901234567',
  purpose: 'service',
  title: 'Invoice dispute',
  script: 'Ask which position is wrong.',
  locale: 'en',
  status: 'open',
  escalation: 0,
  agentId: null,
  claimedAt: null,
  claimUntil: null,
  expiresAt: null,
  outcome: null,
  notes: null,
  completedAt: null,
  createdAt: AT,
};
export const TEMPLATE = {
  name: 'welcome',
  version: 1,
  purpose: 'relationship',
  createdAt: AT,
  locales: {
    vi: {
      email: { subject: 'Chào mừng', text: 'Xin chào {{ customer.traits.firstName }}' },
      in_app: { title: 'Chào mừng', text: 'Xin chào' },
    },
    en: { email: { subject: 'Welcome', text: 'Hello {{ customer.traits.firstName }}' }, in_app: { title: 'Welcome', text: 'Hello' } },
  },
};
export const JOURNEY = {
  id: '019bc0a1-7c00-7000-8000-000000000070',
  name: 'Win back',
  version: 1,
  state: 'live',
  trigger: { segment: SEGMENT_ID, on: 'left' },
  steps: [{ notify: { template: 'welcome', purpose: 'marketing', urgency: 'low' } }],
  reentry: { after: { days: 30 } },
  createdAt: AT,
};

export const LIVE_VISITOR = {
  profileId: PROFILE_ID,
  name: 'Ann Smith',
  place: 'site',
  channel: 'web',
  page: { url: 'https://shop.example.com/checkout', path: '/checkout', title: 'Checkout' },
  arrivedAt: AT,
  seenAt: '2026-01-15T09:04:10.000Z',
  minutes: 4,
  history: [
    { at: AT, event: 'Page Viewed', page: '/lamps' },
    { at: '2026-01-15T09:04:10.000Z', event: 'Page Viewed', page: '/checkout' },
  ],
  segments: [{ segmentId: SEGMENT_ID, name: 'hesitant' }],
  orders: 2,
  firstSeenAt: AT,
  openCases: 0,
  agentId: 'agent-7',
};
