import { createParamDecorator } from '@nestjs/common';
import type { ExecutionContext } from '@nestjs/common';
import { validateSync } from 'class-validator';
import type { ValidationError } from 'class-validator';
import type { FastifyRequest } from 'fastify';
import { InvalidInput, LedgerError } from '#event-sourcing';
import type { InputFault } from '#event-sourcing';
import { inheritedNames } from '#platform';
import { bodyBytes } from './body-parsers.js';
import { isJsonType, mediaTypeOf } from './media-type.js';
import { readJson } from './read-json.js';

/** The JSON object in a request's body, as a parameter of a controller's method. */
export const JsonBody = createParamDecorator(
  (_: unknown, context: ExecutionContext): Record<string, unknown> => {
    const { headers, body } = context.switchToHttp().getRequest<FastifyRequest>();
    const bytes = bodyBytes(body);
    if (!isJsonType(mediaTypeOf(headers['content-type']))) {
      throw new LedgerError('unsupported-media-type', 'send the body as application/json');
    }
    const value = readJson(bytes);
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>;
    throw new InvalidInput('malformed-json', 'the body must be a JSON object', [
      { pointer: '', detail: 'must be a JSON object' },
    ]);
  },
);

/** The body as its class declares it. Throws InvalidInput `code` that names every fault, unknown members among them. */
export function checkedBody<T extends object>(
  type: new () => T,
  body: Record<string, unknown>,
  code: string,
): T {
  const inherited = inheritedNames(body);
  if (inherited.length > 0) {
    const faults = inherited.map((name) => ({ pointer: `/${name}`, detail: 'is not known here' }));
    throw new InvalidInput(code, 'the body is not valid', faults);
  }
  const declared = new type();
  for (const [name, value] of Object.entries(body)) {
    Object.defineProperty(declared, name, { value, enumerable: true, configurable: true, writable: true });
  }
  const errors = validateSync(declared, { whitelist: true, forbidNonWhitelisted: true });
  if (errors.length > 0) throw new InvalidInput(code, 'the body is not valid', errors.flatMap(faultsOf));
  return declared;
}

function faultsOf({ property, constraints = {} }: ValidationError): InputFault[] {
  if (constraints['whitelistValidation'] !== undefined)
    return [{ pointer: `/${property}`, detail: 'is not known here' }];
  return [...new Set(Object.values(constraints))].map((detail) => ({ pointer: `/${property}`, detail }));
}
