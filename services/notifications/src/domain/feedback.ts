import type { Interaction, Purpose } from '@rapport/contracts';
import { mergeAsked } from './confirmation.js';
import { isOutbound, type OutboundChannel } from './channels.js';
import type { Engagement, EngagementKey, Feedback, Suppression } from './customer.js';

const SUPPRESSIONS_MAX = 50;

/**
 * What an interaction says about an earlier notification.
 * `answered`: the customer acted (an opening does not count: mail proxies open everything). `unreached`: a person tried, in vain. `undelivered`: this
 * message did not arrive, and the address may be right all the same.
 */
export type Signal =
  | 'delivered'
  | 'answered'
  | 'unreached'
  | 'undelivered'
  | 'bounced'
  | 'complained'
  | 'unsubscribed'
  | 'do_not_call'
  | 'consent_requested'
  | 'none';

const EVENT_SIGNALS: Readonly<Record<string, Signal>> = {
  'Email Delivered': 'delivered',
  'SMS Delivered': 'delivered',
  'Message Delivered': 'delivered',
  'Push Notification Received': 'delivered',
  'Email Opened': 'none',
  'Email Auto-Replied': 'none', // a machine: nobody has read it
  'Email Rejected': 'undelivered',
  'Email Bounced': 'bounced',
  'SMS Bounced': 'bounced',
  'Message Bounced': 'bounced',
  'Push Notification Bounced': 'bounced',
  'Email Marked as Spam': 'complained',
  Unsubscribed: 'unsubscribed',
  'Email Link Clicked': 'answered',
  'Push Notification Tapped': 'answered',
  'Consent Requested': 'consent_requested',
};

/** How a person's task ended (`properties.outcome`). An outcome that is not listed means that the matter was dealt with. */
const TASK_SIGNALS: Readonly<Record<string, Signal>> = {
  no_answer: 'unreached',
  unreachable: 'unreached',
  busy: 'unreached',
  voicemail: 'unreached',
  wrong_number: 'bounced',
  do_not_call: 'do_not_call',
  cancelled: 'none',
};

/** The signal of an interaction, `none` for nearly all: whatever the customer sends that names a notification answers it. */
export function signalOf(interaction: Interaction): Signal {
  const { event, properties, notificationId, direction } = interaction;
  if (event === 'Task Completed' || event === 'Call Ended') return taskSignal(properties.outcome, notificationId);
  const signal = Object.hasOwn(EVENT_SIGNALS, event) ? EVENT_SIGNALS[event] : undefined;
  if (signal === 'bounced' && isPassing(properties)) return 'undelivered';
  if (signal !== undefined) return signal;
  return notificationId !== undefined && direction === 'inbound' ? 'answered' : 'none';
}

/** A mailbox that is full today may be read tomorrow: as the profile's own list of passing bounces has it. */
function isPassing({ bounceType, bounce_type = bounceType }: Interaction['properties']): boolean {
  return typeof bounce_type === 'string' && ['soft', 'transient', 'temporary'].includes(bounce_type.toLowerCase());
}

function taskSignal(outcome: unknown, notificationId: string | undefined): Signal {
  if (typeof outcome === 'string' && Object.hasOwn(TASK_SIGNALS, outcome)) return TASK_SIGNALS[outcome] as Signal;
  return notificationId === undefined ? 'none' : 'answered';
}

/** Whether an interaction may change anything here besides what the snapshot says: cheap, it is asked for every interaction. */
export const hasSignal = (interaction: Interaction): boolean =>
  interaction.notificationId !== undefined || isSignalEvent(interaction.event);
/** Whether such an interaction may say something although it names no notification. */
export const isSignalEvent = (event: string): boolean => STANDALONE.has(event);
const STANDALONE: ReadonlySet<string> = new Set(['Email Marked as Spam', 'Task Completed', 'Call Ended', 'Consent Requested']);

/** What a signal shuts: complaints all that the customer does not need, a wish not to be called the telephone. Addresses that bounce are the profile's. */
export function suppressionOf(signal: Signal, channel: string, at: string): Suppression | undefined {
  if (signal === 'do_not_call') return { channel: 'phone', address: null, scope: 'discretionary', reason: 'do_not_call', at };
  if (signal === 'complained' && isOutbound(channel)) return { channel, address: null, scope: 'discretionary', reason: 'complained', at };
  return undefined;
}

export function addSuppression(feedback: Feedback, suppression: Suppression): Feedback {
  return { ...feedback, suppressions: unite([...feedback.suppressions, suppression]) };
}

/** One per channel, address and reason; the first time of each. */
function unite(suppressions: readonly Suppression[]): Suppression[] {
  const unique = new Map<string, Suppression>();
  for (const suppression of suppressions) {
    const key = `${suppression.channel}|${suppression.reason}|${suppression.address ?? ''}`;
    const known = unique.get(key);
    if (known === undefined || suppression.at < known.at) unique.set(key, suppression);
  }
  return [...unique.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, suppression]) => suppression)
    .slice(0, SUPPRESSIONS_MAX);
}

const NOTHING: Engagement = { sent: 0, answered: 0, against: 0 };

export function countEngagement(feedback: Feedback, channel: OutboundChannel, purpose: Purpose, what: keyof Engagement): Feedback {
  const key: EngagementKey = `${channel}|${purpose}`;
  const before = feedback.engagement[key] ?? NOTHING;
  return { ...feedback, engagement: { ...feedback.engagement, [key]: { ...before, [what]: before[what] + 1 } } };
}

/** The feedback of two people who turned out to be one: counters add, suppressions unite. */
export function mergeFeedback(a: Feedback, b: Feedback): Feedback {
  const engagement: Partial<Record<EngagementKey, Engagement>> = { ...a.engagement };
  for (const [key, theirs] of Object.entries(b.engagement) as [EngagementKey, Engagement][]) {
    const ours = engagement[key] ?? NOTHING;
    engagement[key] = { sent: ours.sent + theirs.sent, answered: ours.answered + theirs.answered, against: ours.against + theirs.against };
  }
  const confirmationsAsked = mergeAsked(a.confirmationsAsked, b.confirmationsAsked);
  return { engagement, suppressions: unite([...a.suppressions, ...b.suppressions]), ...(confirmationsAsked && { confirmationsAsked }) };
}
