import { Body, Controller, HttpCode, Inject, Post } from '@nestjs/common';
import type { ChannelDecision } from '@rapport/contracts';
import { chooseChannel } from '../domain/choose-channel.js';
import type { NotificationRequest } from '../domain/notification.js';
import { type NotificationGist, NotificationStore } from '../persistence/notification-store.js';
import { asCustomer, meansFor } from '../pipeline/decide-notification.js';
import { DECIDE_SETTINGS } from '../pipeline/decide-notifications.pipeline.js';
import type { DecideSettings } from '../pipeline/working-set.js';
import { ContextDto } from './context.dto.js';

const SHOWN = 10;
/** Says nothing: what matters is which channel it would take. */
const ANY_CONTENT: NonNullable<NotificationRequest['content']> = {
  email: { subject: '-', text: '-' },
  in_app: { title: '-', text: '-' },
  phone: { script: '-' },
  webhook: { text: '-' },
};

/** This service's part of the context: what was sent and held back lately, and how to reach the customer next. One statement. */
@Controller('internal/v1/context')
export class ContextController {
  constructor(
    @Inject(NotificationStore) private readonly notifications: NotificationStore,
    @Inject(DECIDE_SETTINGS) private readonly settings: DecideSettings,
  ) {}

  /** The decision is null when nothing is known of the customer here yet. */
  @Post()
  @HttpCode(200)
  async context(
    @Body() { profileId, complexity, sensitivity }: ContextDto,
  ): Promise<{ notifications: readonly NotificationGist[]; decision: ChannelDecision | null }> {
    const now = new Date();
    const { circumstances, notifications } = await this.notifications.context(profileId, SHOWN, now);
    if (circumstances === undefined) return { notifications, decision: null };
    const { customer, snapshot, templates, down, webhook } = circumstances;
    const request: NotificationRequest = { purpose: 'service', urgency: 'normal', complexity, sensitivity, data: {}, content: ANY_CONTENT };
    const means = meansFor(request, snapshot, templates, down, this.settings);
    return { notifications, decision: chooseChannel(asCustomer(customer, snapshot, webhook), request, means, now) };
  }
}
