import type { Adapter } from './adapter.js';
import { chat } from './chat/chat.js';
import { readGhnDelivery, readGhtkDelivery } from './delivery/vietnam-adapters.js';
import { readDiscourseDelivery } from './discourse/discourse-adapter.js';
import { readMimeDelivery } from './email/mime-adapter.js';
import { readFaxMail } from './fax/fax-adapter.js';
import { form } from './form/form.js';
import { readParcelEvents } from './generic/carrier.js';
import { readForumEvents } from './generic/forum.js';
import { readSocialEvents } from './generic/social.js';
import { readWebinarEvents } from './generic/webinar.js';
import { messenger } from './messenger/messenger.js';
import { pbx } from './pbx/pbx.js';
import { readSesDelivery } from './ses/ses-adapter.js';
import { readStoreBatch } from './store/store-adapter.js';
import { telegram } from './telegram/telegram.js';
import { twilio } from './twilio/twilio.js';
import { whatsapp } from './whatsapp/whatsapp.js';
import { zalo } from './zalo/zalo.js';

/** Who understands the deliveries of which provider: the `{provider}` of `POST /v1/inbound/{provider}/{connection}`. One line each, sorted. */
// biome-ignore format: a table is read by its lines
export const INBOUND_ADAPTERS: Readonly<Record<string, Adapter>> = Object.freeze({
  carrier: readParcelEvents,
  chat,
  discourse: readDiscourseDelivery,
  fax: readFaxMail,
  form,
  forum: readForumEvents,
  ghn: readGhnDelivery,
  ghtk: readGhtkDelivery,
  messenger,
  mime: readMimeDelivery,
  pbx,
  ses: readSesDelivery,
  social: readSocialEvents,
  store: readStoreBatch,
  telegram,
  twilio,
  webinar: readWebinarEvents,
  whatsapp,
  zalo,
});
