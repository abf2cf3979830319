import { type ArgumentMetadata, type ValidationError, ValidationPipe } from '@nestjs/common';
import { type ProblemDetail, ProblemException, serviceCode } from './problem.js';

const ERRORS_MAX = 200;

/**
 * class-validator for DTOs: unknown members are refused, every finding is named by its JSON Pointer. Values are never repeated in the answer.
 */
export function validationPipe(): ValidationPipe {
  return new DtoPipe({
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

/**
 * A member that is null is a member that is missing. class-validator's `@IsOptional()` lets null through, where the code behind it expects a value or
 * nothing: a default would not apply, and null would go on to where it breaks something.
 */
class DtoPipe extends ValidationPipe {
  override transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    return super.transform(this.toValidate(metadata) && isObject(value) ? withoutNulls(value) : value, metadata);
  }
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null && !Array.isArray(value);
const withoutNulls = (members: object): object => Object.fromEntries(Object.entries(members).filter(([, member]) => member !== null));

/** Flattens class-validator's tree into pointers, in the order of the document. */
export function pointTo(errors: readonly ValidationError[], parent = ''): ProblemDetail[] {
  return errors.flatMap(({ property, constraints, children }) => {
    const pointer = property === undefined ? parent : `${parent}/${property.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    const own = Object.values(constraints ?? {}).map((detail) => ({ pointer, detail }));
    return [...own, ...pointTo(children ?? [], pointer)];
  });
}
