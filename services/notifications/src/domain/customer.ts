import type { Channel, Consent, ContactPoint, EngagementModel, Identifier, Purpose, RelationshipType } from '@rapport/contracts';
import type { DailyWindow } from './local-time.js';
import type { OutboundChannel } from './channels.js';
import type { Touch } from './frequency-caps.js';

/** What `profiles.updated` says that matters here: kept as read, taken over only from a newer version. */
export interface Snapshot {
  /** The first of each type, strongest first as the profile lists them: by what an answer is attributed. */
  readonly identifiers: readonly Identifier[];
  readonly contactPoints: readonly ContactPoint[];
  readonly consents: readonly Consent[];
  /** Plain traits, for templates. */
  readonly traits: Readonly<Record<string, string | number | boolean>>;
  readonly locale?: string;
  readonly timeZone?: string;
  /** ISO 3166 alpha-2. */
  readonly country?: string;
  readonly preferredChannel?: Channel;
  /** The preferred channel was inferred from what the customer does: it weighs less than his word. */
  readonly preferenceInferred?: boolean;
  readonly quietHours?: DailyWindow;
  readonly doNotCall?: boolean;
  readonly agentId?: string;
  /** Day (UTC) of the last visit to the website or the app: by the day, so that most interactions change nothing here. */
  readonly lastVisitDay?: string;
}

/** What `segmentation.customer-classified` says that matters here. */
export interface Classification {
  readonly version: number;
  readonly relationshipType: RelationshipType;
  readonly engagementModel?: EngagementModel;
}

/** An address or a channel that must not be used: for everything, or for all but what the customer needs (`discretionary`). */
export interface Suppression {
  readonly channel: OutboundChannel;
  /** null: whatever the address. */
  readonly address: string | null;
  readonly scope: 'all' | 'discretionary';
  readonly reason: 'bounced' | 'complained' | 'do_not_call';
  readonly at: string;
}

/** How contacts of one purpose on one channel went so far. */
export interface Engagement {
  readonly sent: number;
  readonly answered: number;
  /** Unsubscribed, complained: each weighs as much as {@link AGAINST_WEIGHT} unanswered ones. */
  readonly against: number;
}
export type EngagementKey = `${OutboundChannel}|${Purpose}`;

/** What came back on earlier notifications. Folding it commutes. */
export interface Feedback {
  readonly suppressions: readonly Suppression[];
  readonly engagement: Readonly<Partial<Record<EngagementKey, Engagement>>>;
  /** When the customer was last asked to confirm a consent, by `purpose|address`. */
  readonly confirmationsAsked?: Readonly<Record<string, string>>;
}

export const NO_FEEDBACK: Feedback = { suppressions: [], engagement: {} };
export const AGAINST_WEIGHT = 5;

/** Everything about one customer that a decision reads. */
export interface Customer {
  readonly profileId: string;
  readonly snapshot: Snapshot;
  readonly classification?: Classification;
  readonly feedback: Feedback;
  readonly touches: readonly Touch[];
}
