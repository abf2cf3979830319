import { signLink } from '@rapport/platform';
import type { Cause } from '../domain/notification.js';
import type { Claimed } from './delivery-store.js';

const DAY_MS = 86_400_000;
/** A mail may be found and answered long after; an unsubscribe link never expires. */
const PREFERENCES_DAYS = 180;
const CONFIRM_DAYS = 7;

export interface LinkOptions {
  readonly publicUrl: string;
  readonly linkSecret: string;
}

export interface Links {
  readonly unsubscribeUrl?: string;
  readonly preferencesUrl?: string;
  readonly confirmUrl?: string;
}

/** The links of a mail: each is its own permission, for the address that was written to. The gateway verifies them. */
export function linksIn(delivery: Claimed, { publicUrl, linkSecret }: LinkOptions, now: Date): Links {
  const { channel, address, purpose, notificationId, profileId } = delivery;
  if (channel !== 'email') return {};
  const base = publicUrl.replace(/\/+$/, '');
  const link = (path: string, payload: Readonly<Record<string, unknown>>): string => `${base}/${path}/${signLink(payload, linkSecret)}`;
  const expires = (days: number): number => Math.floor((now.getTime() + days * DAY_MS) / 1_000);
  const cause = causeOf(delivery);
  return {
    preferencesUrl: link('p', { k: 'preferences', t: 'email', a: address, e: expires(PREFERENCES_DAYS) }),
    ...(purpose === 'transactional'
      ? {}
      : { unsubscribeUrl: link('u', { n: notificationId, p: profileId, c: channel, t: 'email', a: address, u: purpose }) }),
    ...(cause?.kind !== 'consent_request'
      ? {}
      : {
          confirmUrl: link('c', {
            k: 'confirm',
            t: 'email',
            a: address,
            u: cause.consentPurpose,
            r: cause.interactionId,
            ...(cause.wordingVersion === undefined ? {} : { w: cause.wordingVersion }),
            e: expires(CONFIRM_DAYS),
          }),
        }),
  };
}

const causeOf = ({ context }: Claimed): Cause | undefined => context['cause'] as Cause | undefined;
