import type { EventRows } from './event-row.js';

const sent = { direction: 'outbound', function: 'proactive' } as const;

/** Segment e-mail spec. An open proves nothing (mail proxies open everything); a click answers a personalised automatic message. */
// biome-ignore format: a table is read by its columns
export const EMAIL: EventRows = {
  'Email Delivered':                 { channel: 'email', ...sent },
  'Email Opened':                    { channel: 'email', function: 'proactive' },
  'Email Link Clicked':              { channel: 'email', function: 'proactive', handling: 'automated', complexity: 'simple' },
  'Email Bounced':                   { channel: 'email', ...sent },
  'Email Rejected':                  { channel: 'email', ...sent },
  'Email Marked as Spam':            { channel: 'email', function: 'reactive', sensitivity: 'sensitive' },
  'Unsubscribed':                    { channel: 'email', function: 'reactive', handling: 'self_service', complexity: 'simple' },
};

/** Segment live chat spec: "Sent" is by the customer, "Received" is what the customer got. */
const chat = {
  channel: 'live_chat',
  function: 'reactive',
  handling: 'human',
  on: { chatbot: { touchpoint: 'chatbot', stage: 'pre_purchase', handling: 'automated' } },
} as const;
// biome-ignore format: a table is read by its columns
export const LIVE_CHAT: EventRows = {
  'Live Chat Conversation Started':  { ...chat },
  'Live Chat Message Sent':          { ...chat, text: ['message_body', 'text'] },
  'Live Chat Message Received':      { ...chat, direction: 'outbound', text: ['message_body', 'text'] },
  'Live Chat Conversation Ended':    { ...chat },
};

/** Our own names: the other ways to write to each other. */
// biome-ignore format: a table is read by its columns
export const OTHER_MESSAGES: EventRows = {
  'Email Received':                  { channel: 'email', function: 'reactive', handling: 'human', text: ['text', 'body'] },
  'Email Auto-Replied':              { channel: 'email', text: ['text', 'body'] },
  'Email Sent':                      { channel: 'email', direction: 'outbound', text: ['text', 'body'] },
  'Message Received':                { function: 'reactive', handling: 'human', on: { chatbot: { handling: 'automated' } }, text: ['text', 'body', 'message'] },
  'Message Sent':                    { direction: 'outbound', text: ['text', 'body', 'message'] },
  'Message Delivered':               { ...sent },
  'Message Read':                    { ...sent },
  'Message Bounced':                 { ...sent },
  'Message Edited':                  { function: 'reactive', handling: 'human', text: ['text', 'body', 'message'] },
  'Message Reacted':                 { function: 'proactive' },
  'Channel Followed':                { handling: 'self_service', complexity: 'simple' },
  'Channel Unfollowed':              { function: 'reactive', handling: 'self_service', complexity: 'simple' },
  'SMS Received':                    { channel: 'sms', function: 'reactive', handling: 'human', text: ['text', 'body'] },
  'SMS Sent':                        { channel: 'sms', direction: 'outbound', text: ['text', 'body'] },
  'SMS Delivered':                   { channel: 'sms', ...sent },
  'SMS Link Clicked':                { channel: 'sms', function: 'proactive', handling: 'automated', complexity: 'simple' },
  'SMS Bounced':                     { channel: 'sms', ...sent },
  'Chatbot Conversation Started':    { channel: 'chatbot', function: 'reactive', handling: 'automated', stage: 'pre_purchase', touchpoint: 'chatbot' },
  'Chatbot Question Asked':          { channel: 'chatbot', function: 'reactive', handling: 'automated', stage: 'pre_purchase', touchpoint: 'chatbot', complexity: 'simple', text: ['text', 'question'] },
  'Chatbot Question Answered':       { channel: 'chatbot', direction: 'outbound', function: 'reactive', handling: 'automated', stage: 'pre_purchase', touchpoint: 'chatbot', complexity: 'simple' },
  'Chatbot Handed Over':             { channel: 'chatbot', function: 'reactive', handling: 'automated', complexity: 'guided' },
  'Contact Form Submitted':          { channel: 'web', function: 'reactive', handling: 'human', text: ['text', 'message'] },
  'Social Message Received':         { channel: 'social', function: 'reactive', handling: 'human', touchpoint: 'social_post', stage: 'pre_purchase', text: ['text', 'message'] },
  'Social Post Commented':           { channel: 'social', touchpoint: 'social_post', stage: 'pre_purchase', handling: 'community', text: ['text', 'comment'] },
  'Brand Mentioned':                 { channel: 'social', touchpoint: 'social_post', stage: 'pre_purchase', function: 'reactive', handling: 'community', text: ['text', 'message'] },
  'Social Post Liked':               { channel: 'social', touchpoint: 'social_post', stage: 'pre_purchase' },
  'Letter Received':                 { channel: 'post', function: 'reactive', handling: 'human', text: ['text'] },
  'Letter Sent':                     { channel: 'post', direction: 'outbound' },
  'Fax Received':                    { channel: 'fax', function: 'reactive', handling: 'human', text: ['text'] },
  'Fax Sent':                        { channel: 'fax', direction: 'outbound' },
};
