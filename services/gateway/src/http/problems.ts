import { ProblemException } from '@rapport/platform';
import { RefusedRequest } from '../domain/item-error.js';
import { NotAccepted } from '../pipeline/acceptance.js';

const REFUSALS: Readonly<Record<RefusedRequest['reason'], readonly [status: number, code: string]>> = {
  json: [400, 'GATEWAY_JSON_INVALID'],
  shape: [400, 'GATEWAY_BODY_INVALID'],
  items: [400, 'GATEWAY_ITEMS_REFUSED'],
  too_large: [413, 'GATEWAY_EVENT_TOO_LARGE'],
  too_many: [413, 'GATEWAY_TOO_MANY_EVENTS'],
};
const ERRORS_MAX = 200;

/** What reading and accepting a request can throw, as the problem that its sender gets. Anything else is thrown again. */
export function toProblem(error: unknown): ProblemException {
  if (error instanceof RefusedRequest) {
    const [status, code] = REFUSALS[error.reason];
    return new ProblemException(status, code, error.detail, error.errors.slice(0, ERRORS_MAX));
  }
  if (error instanceof NotAccepted) {
    return error.reason === 'busy'
      ? new ProblemException(
          503,
          'GATEWAY_BUSY',
          'More is waiting for Kafka than the gateway may hold. Nothing was accepted; send it again.',
          undefined,
          { 'retry-after': '1' },
        )
      : new ProblemException(
          503,
          'GATEWAY_KAFKA_UNAVAILABLE',
          'Kafka did not acknowledge. Nothing was promised; send it again.',
          undefined,
          { 'retry-after': '2' },
        );
  }
  throw error;
}
