/**
 * Values that programs and forms send when they do not know who somebody is. One of them shared by thousands of events would melt thousands
 * of people into one profile, so none of them identifies anybody. Compared in lower case. A word that could be somebody's user name ("test",
 * "admin") is not here: it belongs to one profile at worst.
 */
// biome-ignore format: a table is read by its columns
export const BLOCKED_VALUES: ReadonlySet<string> = new Set([
  // nothing, in many languages
  'null', '(null)', '<null>', '"null"', 'nil', 'none', '(none)', 'undefined', '(undefined)', 'undefined undefined', 'nan', 'infinity', '-infinity', 'void',
  'empty', '(empty)', 'blank', 'n/a', 'na', '#n/a', 'not set', '(not set)', 'not_set', 'missing', 'invalid', 'unset', 'default', 'true', 'false', 'no', 'yes',
  '-1', '""', "''", '{}', '[]', '[object object]', '[object undefined]', '[object null]', 'nobody', 'không có', 'khong co',
  // somebody, but who?
  'anonymous', 'anonymous user', 'anonymous_user', 'anonymoususer', 'anon', 'unknown', 'unknown user', 'unknown_user', '(unknown)', 'guest', 'guest user', 'guest_user',
  'guestuser', 'visitor', 'not_authenticated', 'unauthenticated', 'not logged in', 'not_logged_in', 'loggedout', 'khách', 'khach', 'khách lẻ', 'khach le', 'vãng lai', 'ẩn danh',
  // the name of a field instead of its value
  'userid', 'user_id', 'user id', 'anonymousid', 'anonymous_id', 'distinctid', 'distinct_id', 'id', 'uuid', 'email', 'e-mail', 'phone', 'your_user_id', 'your-user-id',
  // addresses that forms are filled with
  'test@test.com', 'a@a.com', 'a@b.com', 'no@no.com', 'no@email.com', 'none@none.com', 'na@na.com', 'null@null.com', 'unknown@unknown.com', 'noemail@noemail.com',
  'anonymous@anonymous.com', 'noreply@noreply.com', 'user@domain.com', 'email@email.com', 'example@example.com', 'name@example.com', 'you@example.com', 'youremail@example.com',
  // telephone numbers that forms are filled with
  '+84123456789', '+841234567890', '+84987654321', '+10000000000', '+11234567890', '+12345678901', '+15555555555',
  // device ids of limited tracking
  'ffffffff-ffff-ffff-ffff-ffffffffffff', '9774d56d682e549c', 'unknown_device',
]);

const LONGEST = Math.max(...[...BLOCKED_VALUES].map((value) => value.length));
/** Only zeros and punctuation: `0`, `000-000`, `00000000-0000-0000-0000-000000000000`, `--`, `.` */
const ONLY_ZEROS_OR_DASHES = /^[0\s\-_.,:;/+*#?]+$/;
/** A template that nobody filled in: `{{user.id}}`, `${userId}`, `%USER_ID%`, `*|EMAIL|*`. */
const UNFILLED_TEMPLATE = /^(?:\{\{.*\}\}|\$\{.*\}|<%.*%>|%[A-Za-z_]+%|\*\|.*\|\*)$/;

/** Whether a trimmed value identifies nobody. */
export function isBlocked(value: string): boolean {
  const first = value.charCodeAt(0);
  const isWordLike = (first >= 97 && first <= 122) || (first >= 65 && first <= 90) || (first >= 49 && first <= 57);
  if (!isWordLike && (ONLY_ZEROS_OR_DASHES.test(value) || UNFILLED_TEMPLATE.test(value))) return true;
  return value.length <= LONGEST && BLOCKED_VALUES.has(value.toLowerCase());
}
