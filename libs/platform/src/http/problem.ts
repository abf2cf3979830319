import { STATUS_CODES } from 'node:http';
import { HttpException } from '@nestjs/common';
import { serviceName } from '../telemetry/service-identity.js';

/** What is wrong with one part of a request: `pointer` is a JSON Pointer (RFC 6901) into the body, or `/name` of a parameter. */
export interface ProblemDetail {
  readonly pointer: string;
  readonly detail: string;
}

/** The body of every error answer (RFC 9457, `application/problem+json`). */
export interface ProblemBody {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  /** `SERVICE_REASON`: what a program should look at. */
  readonly code: string;
  readonly detail: string;
  readonly traceId?: string;
  readonly errors?: readonly ProblemDetail[];
}

/** An expected failure of a request. `detail` is for people and goes to the caller as it is: no internals, no stack. */
export class ProblemException extends HttpException {
  constructor(
    status: number,
    readonly code: string,
    readonly detail: string,
    readonly errors?: readonly ProblemDetail[],
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(detail, status);
  }
}

/** A code of the chassis in the name of the service that runs on it: `PROFILES_NOT_FOUND`. */
export function serviceCode(reason: string): string {
  return `${serviceName()
    .toUpperCase()
    .replace(/[^A-Z0-9]+/g, '_')}_${reason}`;
}

export function problemBody(problem: ProblemException, traceId: string | undefined): ProblemBody {
  const status = problem.getStatus();
  return {
    type: 'about:blank',
    title: STATUS_CODES[status] ?? 'Error',
    status,
    code: problem.code,
    detail: problem.detail,
    ...(traceId === undefined ? {} : { traceId }),
    ...(problem.errors && problem.errors.length > 0 ? { errors: problem.errors } : {}),
  };
}
