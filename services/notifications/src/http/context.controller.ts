import { Body, Controller, HttpCode, Inject, Post } from '@nestjs/common';
import type { ChannelDecision } from '@rapport/contracts';
import { chooseChannel } from '../domain/choose-channel.js';
import type { NotificationRequest } from '../domain/notification.js';
import { type Circumstances, type NotificationGist, NotificationStore } from '../persistence/notification-store.js';
import { asCustomer, meansFor } from '../pipeline/decide-notification.js';
import { DECIDE_SETTINGS } from '../pipeline/decide-notifications.pipeline.js';
import type { DecideSettings } from '../pipeline/working-set.js';
import { type ContextOfDto, ContextsDto } from './context.dto.js';

/** Says nothing: what matters is which channel it would take. */
const ANY_CONTENT: NonNullable<NotificationRequest['content']> = {
  email: { subject: '-', text: '-' },
  in_app: { title: '-', text: '-' },
  phone: { script: '-' },
  webhook: { text: '-' },
};

interface ContextView {
  readonly notifications: readonly NotificationGist[];
  /** null when nothing is known of the customer here yet. */
  readonly decision: ChannelDecision | null;
}

/** This service's part of the context: what was sent and held back lately, and how to reach the customer next. One statement for all who are asked for. */
@Controller('internal/v1/context')
export class ContextController {
  constructor(
    @Inject(NotificationStore) private readonly notifications: NotificationStore,
    @Inject(DECIDE_SETTINGS) private readonly settings: DecideSettings,
  ) {}

  /** In the order asked for. */
  @Post()
  @HttpCode(200)
  async contexts(@Body() { customers }: ContextsDto): Promise<{ data: ContextView[] }> {
    const now = new Date();
    const ids = customers.map(({ profileId }) => profileId);
    const found = await this.notifications.contexts(ids, now);
    return {
      data: found.map(({ circumstances, notifications }, index) => ({
        notifications,
        decision: circumstances === undefined ? null : this.decide(circumstances, customers[index]!, now),
      })),
    };
  }

  private decide(circumstances: Circumstances, { complexity, sensitivity }: ContextOfDto, now: Date): ChannelDecision {
    const { customer, snapshot, templates, down, webhook } = circumstances;
    const request: NotificationRequest = { purpose: 'service', urgency: 'normal', complexity, sensitivity, data: {}, content: ANY_CONTENT };
    const means = meansFor(request, snapshot, templates, down, this.settings);
    return chooseChannel(asCustomer(customer, snapshot, webhook), request, means, now);
  }
}
