import { type ProblemDetail, ProblemException } from '@rapport/platform';
import type { NotificationRequest } from '../domain/notification.js';
import { contentErrors } from '../templates/validate-template.js';
import type { NotificationBody } from './notifications.dto.js';

const DATA_CHARS_MAX = 32_768;

/**
 * A checked body as a request with its defaults.
 * @throws ProblemException 400 `NOTIFICATIONS_REQUEST_INVALID` with a pointer to each member.
 */
export function readRequest(body: NotificationBody): NotificationRequest {
  const errors = findErrors(body);
  if (errors.length > 0) throw new ProblemException(400, 'NOTIFICATIONS_REQUEST_INVALID', 'The request does not say what to send.', errors);
  const {
    purpose,
    template,
    content,
    channels,
    caseId,
    data = {},
    urgency = 'normal',
    complexity = 'simple',
    sensitivity = 'normal',
  } = body;
  return {
    purpose,
    urgency,
    complexity,
    sensitivity,
    data,
    ...(template === undefined ? {} : { template }),
    ...(content === undefined ? {} : { content }),
    ...(channels === undefined ? {} : { channels }),
    ...(caseId === undefined ? {} : { caseId }),
    ...(body.expiresAt === undefined ? {} : { expiresAt: new Date(body.expiresAt).toISOString() }),
  };
}

function findErrors({ template, content, data = {}, expiresAt }: NotificationBody): ProblemDetail[] {
  const errors: ProblemDetail[] = [];
  if ((template === undefined) === (content === undefined))
    errors.push({ pointer: '/template', detail: 'give either template or content' });
  if (content !== undefined) errors.push(...contentErrors(content));
  if (JSON.stringify(data).length > DATA_CHARS_MAX)
    errors.push({ pointer: '/data', detail: `must be at most ${DATA_CHARS_MAX} characters of JSON` });
  if (expiresAt !== undefined && Number.isNaN(Date.parse(expiresAt)))
    errors.push({ pointer: '/expiresAt', detail: 'must be a time with its zone' });
  return errors;
}
