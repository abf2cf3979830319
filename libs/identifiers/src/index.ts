export { BLOCKED_VALUES, isBlocked } from './blocked-values.js';
export * from './derive-id.js';
export * from './normalize-identifier.js';
export { normalizeEmail } from './normalize-email.js';
export { type CountryCode, countryCode, DEFAULT_COUNTRY, normalizePhone, VIETNAM_PREFIXES_2018 } from './normalize-phone.js';
export * from './parse-ref.js';
export * from './read-identifiers.js';
export * from './rules.js';
export * from './subject.js';
