import { isObject, type Json } from '../domain/json.js';
import type { InboundDelivery } from './adapter.js';

const utf8 = new TextDecoder('utf-8', { fatal: true });
const FORM_FIELDS_MAX = 500;

/** The body as one JSON object; undefined when it is none. */
export function jsonObjectOf(delivery: InboundDelivery): Json | undefined {
  const value = jsonOf(delivery);
  return isObject(value) ? value : undefined;
}

/** The body as JSON; undefined when it is not JSON, or not UTF-8. */
export function jsonOf({ raw }: InboundDelivery): unknown {
  try {
    return JSON.parse(utf8.decode(raw));
  } catch {
    return undefined;
  }
}

/** The body as `application/x-www-form-urlencoded`: the first value of each name counts. */
export function formOf({ raw }: InboundDelivery): Json {
  const form: Record<string, string> = {};
  let fields = 0;
  for (const [name, value] of new URLSearchParams(raw.toString('utf8'))) {
    if (name === '__proto__' || Object.hasOwn(form, name)) continue;
    form[name] = value;
    if (++fields >= FORM_FIELDS_MAX) break;
  }
  return form;
}
