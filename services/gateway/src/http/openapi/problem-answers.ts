const PROBLEM = { $ref: '#/components/schemas/Problem' };
const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';
const RETRY = { 'Retry-After': { description: 'Whole seconds to wait before the next try.', schema: { type: 'integer', minimum: 1 } } };

interface ProblemAnswer {
  readonly name: string;
  readonly answer: object;
}

function problem(
  status: number,
  title: string,
  code: string,
  detail: string,
  description: string,
  more: object = {},
  headers?: object,
): ProblemAnswer {
  const example = { type: 'about:blank', title, status, code, detail, traceId: TRACE_ID, ...more };
  return {
    name: title.replaceAll(' ', ''),
    answer: { description, content: { 'application/problem+json': { schema: PROBLEM, example } }, ...(headers ? { headers } : {}) },
  };
}

/** The refusals that doors have in common, by status. */
const PROBLEMS: Readonly<Record<number, ProblemAnswer>> = {
  400: problem(
    400,
    'Bad Request',
    'GATEWAY_ITEMS_REFUSED',
    'No interaction was accepted: some are not as they should be.',
    'The request is not as it should be; every finding has a pointer. Sending it again does not help.',
    {
      errors: [{ pointer: '/interactions/3/identifiers', detail: 'none of them names somebody' }],
    },
  ),
  401: problem(
    401,
    'Unauthorized',
    'GATEWAY_KEY_INVALID',
    'The key is not valid, or was revoked.',
    'The key is missing, wrong, or revoked.',
  ),
  403: problem(
    403,
    'Forbidden',
    'GATEWAY_SCOPE_MISSING',
    'The key lacks the scope segments:write.',
    'The key is valid and may not do this.',
  ),
  404: problem(404, 'Not Found', 'PROFILES_NOT_FOUND', 'There is no such profile.', 'There is no such thing.'),
  409: problem(
    409,
    'Conflict',
    'NOTIFICATIONS_TASK_CLAIMED',
    'Another person has claimed this task.',
    'What is asked for does not fit the state of the thing.',
  ),
  413: problem(
    413,
    'Content Too Large',
    'GATEWAY_EVENT_TOO_LARGE',
    'An event holds at most 32768 bytes.',
    'The body, an event in it, or the number of events is too large.',
  ),
  422: problem(
    422,
    'Unprocessable Content',
    'NOTIFICATIONS_IDEMPOTENCY_KEY_REUSED',
    'This Idempotency-Key was used for a different request.',
    'The Idempotency-Key belongs to a different request.',
  ),
  429: problem(
    429,
    'Too Many Requests',
    'GATEWAY_RATE_LIMITED',
    'This key may send 20000 events a second. Nothing was accepted; send it again after 1 s.',
    'Too much for this key.',
    {},
    RETRY,
  ),
  503: problem(
    503,
    'Service Unavailable',
    'GATEWAY_KAFKA_UNAVAILABLE',
    'Kafka did not acknowledge. Nothing was promised; send it again.',
    'Kafka or one of the services is down; the code says which. Nothing was done: try again.',
    {},
    RETRY,
  ),
};

/** The name under which the refusals of a status stand in `components.responses`. */
export function problemName(status: number): string {
  const known = PROBLEMS[status];
  if (known === undefined) throw new RangeError(`no problem is described for status ${status}`);
  return known.name;
}

/** `components.responses`. */
export const PROBLEM_ANSWERS: Readonly<Record<string, object>> = Object.fromEntries(
  Object.values(PROBLEMS).map(({ name, answer }) => [name, answer]),
);
