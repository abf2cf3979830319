import { type ValidationError, ValidationPipe } from '@nestjs/common';
import { type ProblemDetail, ProblemException, serviceCode } from './problem.js';

const ERRORS_MAX = 200;

/**
 * class-validator for DTOs: unknown members are refused, every finding is named by its JSON Pointer. Values are never repeated in the answer.
 */
export function validationPipe(): ValidationPipe {
  return new ValidationPipe({
    transform: true,
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: true,
    validationError: { target: false, value: false },
    exceptionFactory: (errors) => {
      const details = pointTo(errors).slice(0, ERRORS_MAX);
      return new ProblemException(400, serviceCode('VALIDATION_FAILED'), 'The request does not have the shape that is asked for.', details);
    },
  });
}

/** Flattens class-validator's tree into pointers, in the order of the document. */
export function pointTo(errors: readonly ValidationError[], parent = ''): ProblemDetail[] {
  return errors.flatMap(({ property, constraints, children }) => {
    const pointer = property === undefined ? parent : `${parent}/${property.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    const own = Object.values(constraints ?? {}).map((detail) => ({ pointer, detail }));
    return [...own, ...pointTo(children ?? [], pointer)];
  });
}
