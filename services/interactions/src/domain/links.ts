import type { Links } from './draft.js';
import { firstTextAt, type Json } from './json.js';

const LINK_LENGTH_MAX = 100;

/** How senders spell the links of an interaction; the first spelling that is there counts. */
const SPELLINGS = Object.entries({
  caseId: ['caseId', 'case_id', 'ticketId', 'ticket_id'],
  conversationId: ['conversationId', 'conversation_id'],
  agentId: ['agentId', 'agent_id'],
  campaignId: ['campaignId', 'campaign_id'],
  notificationId: ['notificationId', 'notification_id'],
}) as [keyof Links, readonly string[]][];

/** Reads the links from several places, the most explicit one first. */
export function readLinks(...places: readonly (Json | undefined)[]): Links {
  const links: Links = {};
  for (const [link, names] of SPELLINGS) {
    for (const place of places) {
      const id = firstTextAt(place, names, LINK_LENGTH_MAX);
      if (id === undefined) continue;
      links[link] = id;
      break;
    }
  }
  return links;
}
