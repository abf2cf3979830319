import type { Adapter } from './adapter.js';
import { readMimeDelivery } from './email/mime-adapter.js';
import { readDiscourseDelivery } from './discourse/discourse-adapter.js';
import { readGhnDelivery, readGhtkDelivery } from './delivery/vietnam-adapters.js';
import { readFaxMail } from './fax/fax-adapter.js';
import { readParcelEvents } from './generic/carrier.js';
import { readForumEvents } from './generic/forum.js';
import { readSocialEvents } from './generic/social.js';
import { readWebinarEvents } from './generic/webinar.js';
import { readSesDelivery } from './ses/ses-adapter.js';
import { readStoreBatch } from './store/store-adapter.js';

/** Who understands the deliveries of which provider: the `{provider}` of `POST /v1/inbound/{provider}/{connection}`. One line each, sorted. */
// biome-ignore format: a table is read by its lines
export const INBOUND_ADAPTERS: Readonly<Record<string, Adapter>> = Object.freeze({
  carrier: readParcelEvents,
  discourse: readDiscourseDelivery,
  fax: readFaxMail,
  forum: readForumEvents,
  ghn: readGhnDelivery,
  ghtk: readGhtkDelivery,
  mime: readMimeDelivery,
  ses: readSesDelivery,
  social: readSocialEvents,
  store: readStoreBatch,
  webinar: readWebinarEvents,
});
