import { IDENTIFIERS_MAX, type RawIdentifier } from '@rapport/identifiers';
import { isObject, type Json, textAt } from '../domain/json.js';

const DIGITS = /^\d{1,13}$/;

/** Seconds since 1970, as number or text, in milliseconds. */
export function secondsToMs(value: unknown): number | undefined {
  const seconds = typeof value === 'string' && DIGITS.test(value) ? Number(value) : value;
  return typeof seconds === 'number' && Number.isFinite(seconds) ? seconds * 1_000 : undefined;
}

/** Milliseconds since 1970, as number or text. */
export function millisOf(value: unknown): number | undefined {
  const millis = typeof value === 'string' && DIGITS.test(value) ? Number(value) : value;
  return typeof millis === 'number' && Number.isFinite(millis) ? millis : undefined;
}

const RFC_2822 = /^[A-Za-z]{3}, \d{1,2} [A-Za-z]{3} \d{4} \d{2}:\d{2}:\d{2} (?:[+-]\d{4}|GMT|UTC)$/;

/** `Thu, 15 Jan 2026 09:00:00 +0000` in milliseconds. */
export function rfc2822ToMs(value: unknown): number | undefined {
  if (typeof value !== 'string' || !RFC_2822.test(value)) return undefined;
  const millis = Date.parse(value);
  return Number.isNaN(millis) ? undefined : millis;
}

/** A number, or text that is one; not negative. */
export function countOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^\d{1,12}(?:\.\d{1,6})?$/.test(value.trim()) ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) && number >= 0 ? number : undefined;
}

/** The objects of a list; what is no object in it is left out, as is all of it when it is no list. */
export function objectsAt(json: Json | undefined, name: string): Json[] {
  const value = json?.[name];
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** Identifiers of those values that are there, as many as an interaction may have. */
export function identifiersOf(values: Readonly<Record<string, unknown>>): RawIdentifier[] {
  return Object.entries(values)
    .filter(([, value]) => value !== undefined && value !== null && value !== '')
    .slice(0, IDENTIFIERS_MAX)
    .map(([type, value]) => ({ type, value }));
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Our notification's id, where it was given along when the message was sent. Anything else there is somebody else's. */
export function notificationIdAt(json: Json | undefined, name: string): string | undefined {
  const text = textAt(json, name);
  return text !== undefined && UUID.test(text) ? text.toLowerCase() : undefined;
}
