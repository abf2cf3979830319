import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiHeader, ApiOperation, ApiParam, ApiQuery, ApiResponse, ApiSecurity } from '@nestjs/swagger';
import { type DoorScope, Scoped } from '../scope-guard.js';
import { problemName } from './problem-answers.js';

/** A JSON Schema (2020-12): OpenAPI 3.1 takes it as it is. */
export type JsonSchema = Readonly<Record<string, unknown>>;

export interface Answer {
  readonly status: number;
  readonly description: string;
  readonly schema?: JsonSchema;
  readonly example?: unknown;
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface DoorOptions {
  /** Which scope a key needs; the guard reads it, so that the description cannot differ from what is done. */
  readonly scope: DoorScope;
  readonly summary: string;
  readonly description?: string;
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, { readonly description: string; readonly schema?: JsonSchema; readonly required?: boolean }>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: {
    readonly schema: JsonSchema;
    readonly examples: Readonly<Record<string, unknown>>;
    readonly contentType?: string;
    readonly description?: string;
  };
  readonly answer: Answer;
  /** Beyond those that follow from the rest: a body can be bad, a key missing, a service down. */
  readonly problems?: readonly number[];
  /** Takes an Idempotency-Key. */
  readonly idempotent?: boolean;
}

const IDEMPOTENCY_KEY = {
  name: 'Idempotency-Key',
  required: false,
  description: 'Repeating a request with the same key has one effect.',
  schema: { type: 'string', maxLength: 257 },
} as const;

/** Everything about one door in one place: what it needs, takes, answers and refuses. */
export function Door(options: DoorOptions): MethodDecorator {
  const { scope, summary, description, params = {}, query = {}, headers = {}, body, answer, idempotent } = options;
  return applyDecorators(
    Scoped(scope),
    ApiOperation({ summary, description: describe(scope, description), ...(scope === 'open' ? { security: [] } : {}) }),
    ...securityOf(scope),
    ...Object.entries(params).map(([name, text]) => ApiParam({ name, description: text, schema: { type: 'string' } })),
    ...Object.entries(query).map(([name, { description: text, schema = { type: 'string' }, required = false }]) =>
      ApiQuery({ name, description: text, required, schema }),
    ),
    ...Object.entries(headers).map(([name, text]) => ApiHeader({ name, description: text, required: false, schema: { type: 'string' } })),
    ...(idempotent ? [ApiHeader(IDEMPOTENCY_KEY)] : []),
    ...(body ? [ApiConsumes(body.contentType ?? 'application/json'), ApiBody(bodyOf(body) as never)] : []),
    ApiResponse(answerOf(answer) as never),
    ...problemsOf(options).map((status) => ApiResponse({ status, description: problemName(status) })),
  );
}

/** Query of every list. */
export const PAGE = {
  limit: { description: 'How many at most.', schema: { type: 'integer', minimum: 1, maximum: 200, default: 50 } },
  cursor: { description: 'The `nextCursor` of the page before, as it is.', schema: { type: 'string', maxLength: 1024 } },
} as const;

function describe(scope: DoorScope, text: string | undefined): string {
  if (scope === 'open') return text ?? 'Needs no key.';
  const needs =
    scope === 'own' ? 'Needs a write key, or a server key with the scope `ingest`.' : `Needs a server key with the scope \`${scope}\`.`;
  return text === undefined ? needs : `${text}\n\n${needs}`;
}

function securityOf(scope: DoorScope): MethodDecorator[] {
  if (scope === 'open') return [];
  if (scope === 'own') return [ApiSecurity('writeKeyBasic'), ApiSecurity('bearer'), ApiSecurity('writeKeyHeader')];
  return [ApiSecurity('bearer')];
}

function bodyOf({ schema, examples, description }: NonNullable<DoorOptions['body']>): object {
  const named = Object.fromEntries(Object.entries(examples).map(([name, value]) => [name, { value }]));
  return { required: true, schema, examples: named, ...(description === undefined ? {} : { description }) };
}

function answerOf({ status, description, schema, example, contentType = 'application/json', headers }: Answer): object {
  const content = schema ? { content: { [contentType]: { schema, ...(example === undefined ? {} : { example }) } } } : {};
  const described = Object.entries(headers ?? {}).map(([name, text]) => [name, { description: text, schema: { type: 'string' } }]);
  return { status, description, ...content, ...(described.length > 0 ? { headers: Object.fromEntries(described) } : {}) };
}

function problemsOf({ scope, body, params, problems = [] }: DoorOptions): number[] {
  const keyed = scope === 'open' ? [] : [401, 403, 429, 503];
  const sent = body ? [400, 413] : params ? [400] : [];
  return [...new Set([...sent, ...keyed, ...problems])].sort();
}
