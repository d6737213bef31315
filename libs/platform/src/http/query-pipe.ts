import { ValidationPipe } from '@nestjs/common';
import type { ValidationError } from 'class-validator';
import { InvalidInput } from '#event-sourcing';

/**
 * Checks query and path parameters against their class: all faults at once, unknown parameters among them.
 * Throws InvalidInput `invalid-query`.
 */
export function queryPipe(): ValidationPipe {
  return new ValidationPipe({
    transform: true,
    whitelist: true,
    forbidNonWhitelisted: true,
    exceptionFactory: (errors: ValidationError[]) => invalidQuery(errors),
  });
}

function invalidQuery(errors: readonly ValidationError[]): InvalidInput {
  const faults = errors.flatMap(({ property, constraints = {} }) =>
    Object.entries(constraints).map(([rule, detail]) => ({
      pointer: `/${property}`,
      detail: rule === 'whitelistValidation' ? 'is not a parameter of this route' : detail,
    })),
  );
  const named = faults.map(({ pointer, detail }) => `${pointer.slice(1)}: ${detail}`).join('; ');
  return new InvalidInput('invalid-query', named, faults);
}
