import type {
  CaseChange,
  CasePriority,
  CaseStatus,
  Channel,
  Complexity,
  Interaction,
  Money,
  Sensitivity,
  SwitchKind,
  Touchpoint,
} from '@rapport/contracts';

/** One need of one customer, followed across channels. Times are ISO texts in UTC: they sort as they are. */
export interface Case {
  readonly id: string;
  readonly profileId: string;
  readonly version: number;
  readonly status: CaseStatus;
  /** Event time of the last change of status: an older one that arrives later changes nothing. */
  readonly statusAt: string;
  /** What the sender calls it (a ticket's number). */
  readonly reference: string | null;
  /** `type:value` of the interaction that opened it. */
  readonly subject: string;
  /** The event that opened it. */
  readonly cause: string;
  readonly openedAt: string;
  readonly lastAt: string;
  /** Where the customer spoke last. */
  readonly channel: Channel;
  /** The matter. */
  readonly sensitivity: Sensitivity;
  readonly complexity: Complexity | null;
  readonly touchpoint: Touchpoint | null;
  readonly orderId: string | null;
  readonly value: Money | null;
  readonly gist: string | null;
  readonly escalated: boolean;
  readonly assigneeId: string | null;
  readonly priority: CasePriority;
  /** A person's word, which stands above the computed priority. */
  readonly priorityOverride: CasePriority | null;
  readonly timeZone: string;
  readonly firstResponseAt: string | null;
  readonly firstResponseDueAt: string;
  readonly firstResponseLate: boolean;
  readonly resolvedAt: string | null;
  readonly resolutionDueAt: string;
  readonly resolutionLate: boolean;
  /** From here its age and its resolution target count: the opening, or the last reopening. */
  readonly countsFrom: string;
  readonly reopened: number;
  readonly switches: Readonly<Record<SwitchKind, number>>;
  /** Threads by which a reply finds the case; the last ones. */
  readonly conversationIds: readonly string[];
  readonly notificationIds: readonly string[];
  /** Channels that the company proposed since the customer's last word; `*`: whichever comes next. */
  readonly proposed: readonly (Channel | '*')[];
  readonly mergedInto: string | null;
  /** When the clock has to look at it again. */
  readonly dueAt: string | null;
}

/** Of an interaction what a case is made of. */
export type Heard = Pick<
  Interaction,
  | 'id'
  | 'event'
  | 'at'
  | 'subject'
  | 'channel'
  | 'direction'
  | 'function'
  | 'handling'
  | 'touchpoint'
  | 'complexity'
  | 'sensitivity'
  | 'value'
  | 'caseId'
  | 'conversationId'
  | 'notificationId'
  | 'agentId'
> & {
  /** The first words of what was said. */
  readonly gist: string | undefined;
  readonly orderId: string | undefined;
  /** Of a survey's answer, with its scale. */
  readonly score: number | undefined;
  readonly scale: string | undefined;
  /** How the sender says it ended (`resolved`). */
  readonly outcome: string | undefined;
  readonly priority: CasePriority | undefined;
  readonly intoCaseId: string | undefined;
  /** The channel to which the company sends the customer. */
  readonly proposes: Channel | undefined;
  readonly promiseId: string | undefined;
  readonly dueAt: string | undefined;
};

/** What is known of the customer when the interaction is heard. */
export interface CaseCustomer {
  /** IANA name. */
  readonly timeZone: string;
  /** What he has bought so far, per currency. */
  readonly revenue: readonly Money[];
}

/** An interaction's place in a case. */
export interface CaseEntry {
  readonly caseId: string;
  readonly heard: Heard;
  /** The profile of which it was told: who is part of a customer may cease to be. */
  readonly toldOf: string;
  readonly joinedBy: JoinedBy;
  /** 0: certain; 1: a guess. */
  readonly doubt: number;
  readonly reason: string;
  readonly change: { readonly kind: SwitchKind; readonly from: Channel; readonly to: Channel; readonly reason: string } | null;
}

export type JoinedBy = 'opened' | 'case' | 'notification' | 'conversation' | 'rule';

export interface Change {
  readonly caseId: string;
  readonly what: CaseChange;
  readonly at: string;
  readonly interactionId: string | undefined;
}

export const THREADS_MAX = 20;

/** The last ones, each once. */
export const withThread = (threads: readonly string[], id: string | undefined): readonly string[] =>
  id === undefined || threads.includes(id) ? threads : [...threads, id].slice(-THREADS_MAX);

export const isOpen = ({ status }: Pick<Case, 'status'>): boolean => status === 'open';

/** Sensitive and hard win: a matter that was once a dispute stays one. */
export const harder = (a: Complexity | null, b: Complexity | undefined): Complexity | null =>
  b === undefined || (a !== null && COMPLEXITY_RANK[a] >= COMPLEXITY_RANK[b]) ? a : b;

const COMPLEXITY_RANK: Readonly<Record<Complexity, number>> = { simple: 0, guided: 1, complex: 2 };
