import type { Channel } from '@rapport/contracts';

export type Place = 'site' | 'app';

/** On which channels somebody who does something is here now. All others (a call, a mail, a shop) say nothing about the site or the app. */
export const PLACE_OF_CHANNEL: Readonly<Partial<Record<Channel, Place>>> = {
  web: 'site',
  live_chat: 'site',
  mobile_app: 'app',
  in_app: 'app',
};
