const EMAIL = /[^\s"'<>(),;:=/]+@[^\s"'<>(),;:]+\.[^\s"'<>(),;:]+/gu;
const PHONE = /\+?\d(?:[\s.-]?\d){8,14}(?!\d)/g;
const LENGTH_MAX = 2_000;

/** Takes what looks like an e-mail address or a phone number out of a text that somebody else wrote (a driver's message), and bounds it. */
export function scrub(text: string): string {
  return text.slice(0, LENGTH_MAX).replace(EMAIL, '[email]').replace(PHONE, '[number]');
}

export interface LoggableError {
  readonly type: string;
  readonly message: string;
  readonly code?: string;
  readonly stack?: string;
  readonly cause?: LoggableError;
}

const CAUSE_DEPTH_MAX = 4;

/**
 * An error as a log line may show it: type, message, code, stack, causes. What drivers hang on to their errors (the `detail` of a PostgreSQL
 * constraint, statement parameters, HTTP bodies) is left out, because it carries the values of rows.
 */
export function loggableError(error: unknown, depth = 0): LoggableError {
  if (!(error instanceof Error)) return { type: typeof error, message: scrub(String(error)) };
  const { code } = error as { code?: unknown };
  return {
    type: error.name,
    message: scrub(error.message),
    ...(typeof code === 'string' ? { code } : {}),
    ...(error.stack === undefined ? {} : { stack: scrub(error.stack) }),
    ...(error.cause === undefined || depth >= CAUSE_DEPTH_MAX ? {} : { cause: loggableError(error.cause, depth + 1) }),
  };
}
