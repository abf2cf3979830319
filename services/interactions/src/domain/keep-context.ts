import { type Json, isObject } from './json.js';

/** What of a sender's context is worth keeping. Its identifiers and traits have their own places. */
const KEPT = ['locale', 'timezone', 'page', 'campaign', 'library', 'app', 'os', 'referrer', 'screen', 'ip', 'userAgent'] as const;
const DEVICE_KEPT = ['type', 'manufacturer', 'model', 'name'] as const;

/** undefined when nothing of it is worth keeping. `active: false` stays: the interaction does not mean that the person was there. */
export function keepContext(context: Json | undefined): Json | undefined {
  if (context === undefined) return undefined;
  const kept: Record<string, unknown> = {};
  for (const name of KEPT) if (context[name] !== undefined) kept[name] = context[name];
  const device = context['device'];
  if (isObject(device)) {
    const about = Object.fromEntries(DEVICE_KEPT.filter((name) => device[name] !== undefined).map((name) => [name, device[name]]));
    if (Object.keys(about).length > 0) kept['device'] = about;
  }
  if (context['active'] === false) kept['active'] = false;
  if (context['direct'] === true) kept['direct'] = true;
  return Object.keys(kept).length > 0 ? kept : undefined;
}
