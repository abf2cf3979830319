import { NOTIFICATION, PROFILE, RELATIONSHIP } from './examples.js';

export const CASE = {
  id: '019bc0a1-7c00-7000-8000-0000000000c1',
  profileId: PROFILE.id,
  version: 2,
  status: 'open',
  reference: 'T-1204',
  gist: 'The kettle came without its lid.',
  cause: 'Live Chat Message Sent',
  priority: 'high',
  priorityOverride: null,
  sensitivity: 'sensitive',
  complexity: 'guided',
  touchpoint: 'packaging',
  orderId: '536365',
  value: { currency: 'GBP', amount: '129.90' },
  escalated: false,
  assigneeId: 'agent-7',
  channel: 'phone',
  openedAt: '2026-01-15T09:00:00.000Z',
  lastAt: '2026-01-15T09:40:00.000Z',
  targets: {
    timeZone: 'Europe/London',
    firstResponse: { dueAt: '2026-01-15T10:00:00.000Z', at: '2026-01-15T09:12:00.000Z', late: false },
    resolution: { dueAt: '2026-01-16T08:30:00.000Z', at: null, late: false },
  },
  switches: { proposed: 0, flight: 1 },
  reopened: 0,
  mergedInto: null,
};

const SAID = {
  interactionId: '019bc0a1-7c00-7000-8000-000000000021',
  at: '2026-01-15T09:00:00.000Z',
  event: 'Live Chat Message Sent',
  channel: 'live_chat',
  direction: 'inbound',
  agentId: null,
  gist: 'The kettle came without its lid.',
  joined: { by: 'opened', doubt: 0, reason: 'the customer asks' },
  switch: null,
};

export const CASE_WITH_INTERACTIONS = {
  ...CASE,
  interactions: [
    SAID,
    {
      ...SAID,
      interactionId: '019bc0a1-7c00-7000-8000-000000000022',
      at: '2026-01-15T09:40:00.000Z',
      event: 'Call Started',
      channel: 'phone',
      gist: null,
      joined: { by: 'rule', doubt: 0.252, reason: 'the same customer, and one of the two does not say what it is about' },
      switch: { kind: 'flight', from: 'live_chat', to: 'phone', reason: 'nobody had proposed it' },
    },
  ],
};

export const CUSTOMER_CONTEXT = {
  partial: false,
  missing: [],
  profile: { id: PROFILE.id },
  relationship: RELATIONSHIP,
  openCases: [CASE],
  lastContacts: [
    { channel: 'phone', at: '2026-01-15T09:40:00.000Z', event: 'Call Started', direction: 'inbound', gist: null, caseId: CASE.id },
    { channel: 'live_chat', at: SAID.at, event: SAID.event, direction: 'inbound', gist: SAID.gist, caseId: CASE.id },
  ],
  promises: [
    {
      id: '019bc0a1-7c00-7000-8000-000000000023',
      caseId: CASE.id,
      madeAt: '2026-01-15T09:41:00.000Z',
      dueAt: '2026-01-16T12:00:00.000Z',
      gist: 'A new lid is sent today.',
      agentId: 'agent-7',
      state: 'open',
      settledAt: null,
    },
  ],
  preferences: { language: 'en', timeZone: 'Europe/London', channel: null, quietHours: null },
  consents: [],
  notifications: [
    { id: NOTIFICATION.id, purpose: 'service', status: 'sent', reason: null, createdAt: '2026-01-14T09:00:00.000Z', deliveries: [] },
  ],
  suggestedChannel: {
    channel: 'phone',
    ranked: [{ channel: 'phone', utility: 0.61, terms: { fit: 0.4, cost: -0.1 } }],
    rejected: [{ channel: 'sms', code: 'NO_TEMPLATE' }],
    modelVersion: '1',
  },
};
