import { type EventRows, SERVED } from './event-row.js';

const support = { stage: 'post_purchase', touchpoint: 'technical_support', function: 'reactive' } as const;

/** Our own names: a customer's need, from the first word to the answer. */
// biome-ignore format: a table is read by its columns
export const CASES: EventRows = {
  'Case Opened':                     { ...support, handling: 'human', on: SERVED, text: ['text', 'description', 'subject'] },
  'Case Updated':                    { ...support, handling: 'human', on: SERVED, text: ['text', 'description'] },
  'Case Escalated':                  { ...support, handling: 'human', complexity: 'complex' },
  'Case Reopened':                   { ...support, handling: 'human', complexity: 'complex' },
  'Case Resolved':                   { ...support, handling: 'human', direction: 'outbound', on: SERVED },
  'Case Closed':                     { ...support, direction: 'outbound' },
  'Case Assigned':                   { direction: 'outbound' },
  'Case Unassigned':                 { direction: 'outbound' },
  'Case Prioritised':                { direction: 'outbound' },
  'Case Merged':                     { direction: 'outbound' },
  'Complaint Filed':                 { stage: 'post_purchase', function: 'reactive', handling: 'human', complexity: 'complex', sensitivity: 'sensitive', text: ['text', 'description'] },
  'Dispute Opened':                  { stage: 'post_purchase', function: 'reactive', handling: 'human', complexity: 'complex', sensitivity: 'sensitive', text: ['text', 'description'] },
  'Promise Made':                    { direction: 'outbound', handling: 'human', text: ['text', 'promise'] },
  'Promise Kept':                    { direction: 'outbound', handling: 'human' },
  'Promise Broken':                  { direction: 'outbound', sensitivity: 'sensitive' },
};

const survey = { stage: 'post_purchase', touchpoint: 'survey', function: 'proactive' } as const;

/** Our own names: the company asks, the customer answers. */
// biome-ignore format: a table is read by its columns
export const SURVEYS: EventRows = {
  'Survey Sent':                     { ...survey, direction: 'outbound' },
  'Survey Answered':                 { ...survey, complexity: 'simple', text: ['comment', 'text'] },
  'Survey Declined':                 { ...survey },
};

const forum = { channel: 'forum', stage: 'post_purchase', touchpoint: 'community', handling: 'community' } as const;
const together = { stage: 'post_purchase', touchpoint: 'community', handling: 'co_creation' } as const;

/** Our own names: customers help each other, or make something with the company. */
// biome-ignore format: a table is read by its columns
export const COMMUNITY: EventRows = {
  'Forum Post Created':              { ...forum, text: ['text', 'body', 'title'] },
  'Forum Answer Posted':             { ...forum, text: ['text', 'body'] },
  'Forum Answer Accepted':           { ...forum },
  'Forum Post Viewed':               { ...forum },
  'Referral Made':                   { handling: 'community' },
  'Idea Submitted':                  { ...together, text: ['text', 'idea', 'description'] },
  'Idea Voted':                      { ...together },
  'Beta Joined':                     { ...together },
  'Content Contributed':             { ...together },
};

/** Our own names: the relationship itself, and what comes back from notifications. */
// biome-ignore format: a table is read by its columns
export const RELATIONSHIP: EventRows = {
  'Consent Granted':                 { handling: 'self_service', complexity: 'simple', on: { phone: { handling: 'human' }, store: { handling: 'human' } } },
  'Consent Requested':               { handling: 'self_service', complexity: 'simple', on: { phone: { handling: 'human' }, store: { handling: 'human' } } },
  'Consent Confirmed':               { channel: 'email', handling: 'self_service', complexity: 'simple' },
  'Consent Withdrawn':               { function: 'reactive', handling: 'self_service', complexity: 'simple', on: { phone: { handling: 'human' }, store: { handling: 'human' } } },
  'Preferences Changed':             { handling: 'self_service', complexity: 'simple' },
  'Agent Assigned':                  { direction: 'outbound' },
  'Agent Unassigned':                { direction: 'outbound' },
  'Traits Changed':                  { direction: 'outbound' },
  'Notification Answered':           { function: 'proactive', handling: 'automated', complexity: 'simple', text: ['text', 'answer'] },
  'In-App Message Read':             { channel: 'in_app', function: 'proactive', handling: 'automated', complexity: 'simple' },
  'In-App Message Clicked':          { channel: 'in_app', function: 'proactive', handling: 'automated', complexity: 'simple' },
  'Task Completed':                  { channel: 'phone', direction: 'outbound', handling: 'human', text: ['note', 'text'] },
  'Task Expired':                    { channel: 'phone', direction: 'outbound' },
};
