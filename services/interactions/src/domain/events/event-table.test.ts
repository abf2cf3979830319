import { describe, expect, it } from '@jest/globals';
import { STAGES, TOUCHPOINTS, type Touchpoint } from '@rapport/contracts';
import { ECOMMERCE_V1_NAMES } from './ecommerce.js';
import { UNKNOWN_EVENT } from './event-row.js';
import { EVENT_OF_CALL, EVENT_ROWS, EventTable, extendEventTable, faultsOfRow } from './event-table.js';

/** Copied from the specs' own lists of events (segment.com/docs/connections/spec), not from the table. */
const SPECS = {
  'ecommerce v2': `Products Searched, Product List Viewed, Product List Filtered, Promotion Viewed, Promotion Clicked, Product Clicked, Product Viewed, Product Added,
    Product Removed, Cart Viewed, Checkout Started, Checkout Step Viewed, Checkout Step Completed, Payment Info Entered, Order Updated, Order Completed, Order Refunded,
    Order Cancelled, Coupon Entered, Coupon Applied, Coupon Denied, Coupon Removed, Product Added to Wishlist, Product Removed from Wishlist, Wishlist Product Added to Cart,
    Product Shared, Cart Shared, Product Reviewed`,
  email: 'Email Bounced, Email Delivered, Email Link Clicked, Email Marked as Spam, Email Opened, Unsubscribed',
  'live chat': 'Live Chat Conversation Started, Live Chat Message Sent, Live Chat Message Received, Live Chat Conversation Ended',
  'B2B SaaS':
    'Account Created, Account Deleted, Account Added User, Account Removed User, Signed Up, Signed In, Signed Out, Invite Sent, Trial Started, Trial Ended',
  mobile: `Application Installed, Application Opened, Application Updated, Application Backgrounded, Application Foregrounded, Application Crashed, Application Uninstalled,
    Push Notification Received, Push Notification Tapped, Push Notification Bounced, Install Attributed, Deep Link Clicked, Deep Link Opened`,
  ours: `Call Started, Call Ended, Fax Received, Store Visited, Webinar Attended, Forum Post Created, Forum Answer Accepted, Package Delivered, Return Requested, Case Opened,
    Case Escalated, Case Resolved, Survey Answered, Idea Submitted, Product Reviewed, Promise Made, Agent Assigned, Consent Granted, Consent Withdrawn, Unsubscribed,
    Notification Answered, Task Completed, In-App Message Read`,
};

const STAGE_OF: Readonly<Record<string, readonly Touchpoint[]>> = {
  pre_purchase: ['website', 'app', 'chatbot', 'social_post', 'advert', 'content', 'event'],
  purchase: ['store_visit', 'online_checkout', 'payment', 'purchase_support'],
  post_purchase: ['delivery', 'packaging', 'order_status', 'returns', 'technical_support', 'survey', 'loyalty', 'community'],
};
const table = new EventTable();

describe('the table', () => {
  it.each(Object.entries(SPECS))('has every event of the spec: %s', (_, names) => {
    expect(names.split(/,\s+/).filter((name) => !table.has(name))).toEqual([]);
  });

  it('has a row for every call that is not a track', () => {
    for (const name of Object.values(EVENT_OF_CALL)) expect(table.has(name)).toBe(true);
  });

  it.each(Object.entries(EVENT_ROWS))('uses only the words of the domain: %s', (_, row) => expect(faultsOfRow(row)).toEqual([]));

  it('puts every touchpoint into its own stage', () => {
    expect(Object.keys(STAGE_OF).sort()).toEqual([...STAGES].sort());
    expect(Object.values(STAGE_OF).flat().sort()).toEqual([...TOUCHPOINTS].sort());
    const misplaced = Object.entries(EVENT_ROWS).filter(
      ([, row]) => row.stage && row.touchpoint && !STAGE_OF[row.stage]!.includes(row.touchpoint),
    );
    expect(misplaced.map(([name]) => name)).toEqual([]);
  });

  it('spells names in one way, and never two events alike', () => {
    const spelled = Object.keys(EVENT_ROWS).map((name) => name.toLowerCase().replaceAll(/[^a-z0-9]/g, ''));
    expect(new Set(spelled).size).toBe(spelled.length);
  });

  it.each(['Order Completed', 'order completed', 'order_completed', 'orderCompleted', 'ORDER-COMPLETED', 'Completed Order'])(
    'finds %s',
    (name) => {
      expect(table.find(name).name).toBe('Order Completed');
    },
  );

  it('translates every name of version 1', () => {
    for (const [old, name] of Object.entries(ECOMMERCE_V1_NAMES)) expect(table.find(old).name).toBe(name);
  });

  it('leaves an unknown event its name and claims nothing about it', () => {
    for (const name of ['Test Drive Booked', 'constructor', '__proto__', '', '🚗'])
      expect(table.find(name)).toEqual({ name, row: UNKNOWN_EVENT });
  });
});

describe('extending the table', () => {
  it('adds rows and changes fields of rows', () => {
    const extended = extendEventTable({
      'Test Drive Booked': { stage: 'pre_purchase', handling: 'human' },
      'Order Completed': { complexity: 'guided' },
    });
    expect(extended.find('test_drive_booked').row).toMatchObject({ stage: 'pre_purchase', handling: 'human', direction: 'inbound' });
    expect(extended.find('Order Completed').row).toMatchObject({ stage: 'purchase', complexity: 'guided' });
  });

  it.each([
    [{ X: { stage: 'later' } }, 'event "X": stage cannot be "later"'],
    [{ X: { colour: 'red' } }, 'event "X": there is no field "colour"'],
    [{ X: { channel: 'pigeon' } }, 'event "X": channel cannot be "pigeon"'],
    [{ X: { on: { pigeon: {} } } }, 'event "X": there is no channel "pigeon"'],
    [{ X: { on: { web: { handling: 'magic' } } } }, 'event "X": handling cannot be "magic"'],
    [{ X: { value: 'total' } }, 'event "X": value is a list of property names'],
    [{ X: 1 }, 'event "X": a row is an object'],
    [[], 'an event table is an object'],
  ])('refuses %j', (rows, message) => expect(() => extendEventTable(rows)).toThrow(message));
});
