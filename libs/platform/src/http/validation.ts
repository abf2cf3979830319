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
    exceptionFactory: (errors) => invalid(pointTo(errors).slice(0, ERRORS_MAX)),
  });
}

/**
 * A member that is null is a member that is missing. class-validator's `@IsOptional()` lets null through, where the code behind it expects a value or
 * nothing: a default would not apply, and null would go on to where it breaks something.
 */
class DtoPipe extends ValidationPipe {
  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    if (!this.toValidate(metadata)) return super.transform(value, metadata);
    const members = value ?? {};
    if (typeof members !== 'object' || Array.isArray(members)) throw invalid([{ pointer: '', detail: 'must be an object' }]);
    return super.transform(withoutNulls(members), metadata);
  }
}

const withoutNulls = (members: object): object => Object.fromEntries(Object.entries(members).filter(([, member]) => member !== null));

const invalid = (details: readonly ProblemDetail[]): ProblemException =>
  new ProblemException(400, serviceCode('VALIDATION_FAILED'), 'The request does not have the shape that is asked for.', details);

/** Flattens class-validator's tree into pointers, in the order of the document. */
export function pointTo(errors: readonly ValidationError[], parent = ''): ProblemDetail[] {
  return errors.flatMap(({ property, constraints, children }) => {
    const pointer = property === undefined ? parent : `${parent}/${property.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    const own = Object.values(constraints ?? {}).map((detail) => ({ pointer, detail }));
    return [...own, ...pointTo(children ?? [], pointer)];
  });
}
