import type { Adapter } from './adapter.js';
import { chat } from './chat/chat.js';
import { form } from './form/form.js';
import { messenger } from './messenger/messenger.js';
import { pbx } from './pbx/pbx.js';
import { telegram } from './telegram/telegram.js';
import { twilio } from './twilio/twilio.js';
import { whatsapp } from './whatsapp/whatsapp.js';
import { zalo } from './zalo/zalo.js';

/** Who understands the deliveries of which provider: the `{provider}` of `POST /v1/inbound/{provider}/{connection}`. One line each, sorted. */
// biome-ignore format: a table is read by its lines
export const INBOUND_ADAPTERS: Readonly<Record<string, Adapter>> = Object.freeze({
  chat,
  form,
  messenger,
  pbx,
  telegram,
  twilio,
  whatsapp,
  zalo,
});
