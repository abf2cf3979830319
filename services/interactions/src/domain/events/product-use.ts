import { BROWSING, type EventRows } from './event-row.js';

const account = { handling: 'self_service', complexity: 'simple' } as const;

/** Segment B2B SaaS spec. */
// biome-ignore format: a table is read by its columns
export const B2B_SAAS: EventRows = {
  'Account Created':                 { ...account },
  'Account Deleted':                 { ...account, function: 'reactive', sensitivity: 'sensitive' },
  'Account Added User':              { ...account },
  'Account Removed User':            { ...account },
  'Signed Up':                       { ...account, stage: 'pre_purchase', on: BROWSING },
  'Signed In':                       { ...account },
  'Signed Out':                      { complexity: 'simple' },
  'Invite Sent':                     { handling: 'community' },
  'Trial Started':                   { ...account, stage: 'pre_purchase', on: BROWSING },
  'Trial Ended':                     { stage: 'pre_purchase', on: BROWSING },
};

const app = { channel: 'mobile_app', touchpoint: 'app', stage: 'pre_purchase' } as const;
const inApp = { channel: 'mobile_app' } as const;

/** Segment mobile spec. That an app is open says nothing about the stage; that it was installed does. */
// biome-ignore format: a table is read by its columns
export const MOBILE: EventRows = {
  'Application Installed':           { ...app },
  'Install Attributed':              { ...app, touchpoint: 'advert' },
  'Application Opened':              { ...inApp, touchpoint: 'app' },
  'Application Updated':             { ...inApp, touchpoint: 'app' },
  'Application Foregrounded':        { ...inApp, touchpoint: 'app' },
  'Application Backgrounded':        { ...inApp, touchpoint: 'app' },
  'Application Crashed':             { ...inApp, touchpoint: 'app' },
  'Application Uninstalled':         { ...inApp, touchpoint: 'app' },
  'Push Notification Received':      { channel: 'push', direction: 'outbound', function: 'proactive' },
  'Push Notification Tapped':        { channel: 'push', function: 'proactive', handling: 'automated', complexity: 'simple' },
  'Push Notification Bounced':       { channel: 'push', direction: 'outbound', function: 'proactive' },
  'Deep Link Clicked':               { ...inApp },
  'Deep Link Opened':                { ...inApp },
};

/** What the calls other than track are called here, and further uses of a product by its customer. */
// biome-ignore format: a table is read by its columns
export const OTHER_USE: EventRows = {
  'Page Viewed':                     { channel: 'web', touchpoint: 'website', handling: 'self_service' },
  'Screen Viewed':                   { channel: 'mobile_app', touchpoint: 'app', handling: 'self_service' },
  'Customer Identified':             {},
  'Account Joined':                  {},
  'Customer Aliased':                {},
  'Password Reset Requested':        { ...account, function: 'reactive', stage: 'post_purchase', touchpoint: 'technical_support', sensitivity: 'sensitive' },
  'Password Reset':                  { ...account, function: 'reactive', stage: 'post_purchase', touchpoint: 'technical_support', sensitivity: 'sensitive' },
  'Email Verified':                  { ...account, channel: 'email' },
  'Phone Verified':                  { ...account },
  'Article Viewed':                  { ...account, channel: 'web', stage: 'post_purchase', touchpoint: 'technical_support' },
  'Help Searched':                   { ...account, channel: 'web', stage: 'post_purchase', touchpoint: 'technical_support', function: 'reactive' },
  'Subscription Started':            { ...account, stage: 'purchase', touchpoint: 'online_checkout', value: ['total', 'revenue', 'value', 'amount'] },
  'Subscription Renewed':            { handling: 'automated', stage: 'purchase', touchpoint: 'payment', value: ['total', 'revenue', 'value', 'amount'] },
  'Subscription Cancelled':          { ...account, function: 'reactive', stage: 'post_purchase', touchpoint: 'order_status' },
  'Onboarding Started':              { stage: 'post_purchase' },
  'Onboarding Step Completed':       { ...account, stage: 'post_purchase' },
  'Onboarding Completed':            { stage: 'post_purchase' },
};
