import type { Links } from './draft.js';
import { firstTextAt, type Json } from './json.js';

const LINK_LENGTH_MAX = 100;

/** How senders spell the links of an interaction; the first spelling that is there counts. */
const SPELLINGS = {
  caseId: ['caseId', 'case_id', 'ticketId', 'ticket_id'],
  conversationId: ['conversationId', 'conversation_id'],
  agentId: ['agentId', 'agent_id'],
  campaignId: ['campaignId', 'campaign_id'],
  notificationId: ['notificationId', 'notification_id'],
} as const satisfies Record<keyof Links, readonly string[]>;

/** Reads the links from two places, the more explicit one first. */
export function readLinks(explicit: Json, otherwise: Json | undefined): Links {
  const read = (names: readonly string[]): string | undefined =>
    firstTextAt(explicit, names, LINK_LENGTH_MAX) ?? firstTextAt(otherwise, names, LINK_LENGTH_MAX);
  return {
    caseId: read(SPELLINGS.caseId),
    conversationId: read(SPELLINGS.conversationId),
    agentId: read(SPELLINGS.agentId),
    campaignId: read(SPELLINGS.campaignId),
    notificationId: read(SPELLINGS.notificationId),
  };
}
