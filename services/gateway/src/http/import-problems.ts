import { logger, ProblemException } from '@rapport/platform';
import { ImportFault } from '../pipeline/imports/import-fault.js';
import { SpoolRefused } from '../pipeline/imports/import-spool.js';
import { uploadTooLarge } from './upload-body.js';

const log = logger.child({ part: 'imports' });
const LATER = { 'retry-after': '30' };

export const unknownImport = (): ProblemException => new ProblemException(404, 'GATEWAY_IMPORT_NOT_FOUND', 'There is no such import.');

/** What taking a file in can throw, as the problem that its sender gets. */
export function importProblem(error: unknown, bytesMax: number): unknown {
  if (error instanceof ProblemException) return error;
  if (error instanceof ImportFault)
    return error.code === 'GATEWAY_IMPORT_TOO_LARGE'
      ? uploadTooLarge(bytesMax)
      : new ProblemException(400, error.code, error.detail, error.errors);
  if (error instanceof SpoolRefused) {
    if (error.reason === 'too_large') return uploadTooLarge(bytesMax);
    log.error({ err: error }, 'a file was not taken in');
    return error.reason === 'no_room'
      ? new ProblemException(503, 'GATEWAY_IMPORTS_FULL', 'There is no room for the file until others are done.', undefined, LATER)
      : new ProblemException(503, 'GATEWAY_IMPORTS_UNAVAILABLE', 'This gateway has nowhere to keep files.', undefined, LATER);
  }
  log.warn({ err: error }, 'an import could not be made');
  return new ProblemException(503, 'GATEWAY_IMPORTS_UNAVAILABLE', 'The file cannot be taken in now. Try again shortly.', undefined, LATER);
}
