import { Injectable, ValidationPipe } from '@nestjs/common';
import type { ArgumentMetadata, Type } from '@nestjs/common';
import { validateSync } from 'class-validator';
import type { ValidationError } from 'class-validator';
import { InvalidInput } from '#event-sourcing';
import type { InputFault } from '#event-sourcing';

/**
 * Checks query parameters against their class: all faults at once, unknown parameters among them. Throws InvalidInput
 * `invalid-query`.
 */
@Injectable()
export class QueryPipe extends ValidationPipe {
  /** The classes that need no parameter: an empty query is good without asking again (most requests have one). */
  private readonly goodWhenEmpty = new Map<Type<object>, boolean>();

  constructor() {
    super({
      transform: true,
      whitelist: true,
      forbidNonWhitelisted: true,
      exceptionFactory: (errors: ValidationError[]) => invalidQuery(errors),
    });
  }

  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    const { type, metatype } = metadata;
    // Everything else of a request is text, or made by a decorator of ours.
    if (type !== 'query' || metatype === undefined) return value;
    const inherited = inheritedNames(value as object);
    if (inherited.length > 0) throw queryFault(inherited.map((name) => unknownFault(name)));
    if (!isEmpty(value)) return super.transform(value, metadata);
    return this.isGoodWhenEmpty(metatype) ? new metatype() : super.transform(value, metadata);
  }

  private isGoodWhenEmpty(metatype: Type<object>): boolean {
    let good = this.goodWhenEmpty.get(metatype);
    if (good === undefined) {
      good = validateSync(new metatype()).length === 0;
      this.goodWhenEmpty.set(metatype, good);
    }
    return good;
  }
}

/**
 * Names that every object has (`constructor`, `toString`): class-transformer leaves some of them out and others look
 * known to class-validator, so that neither refuses them.
 */
export function inheritedNames(value: object): readonly string[] {
  return Object.keys(value).filter((name) => name in Object.prototype);
}

function isEmpty(value: unknown): boolean {
  for (const _name in value as object) return false;
  return true;
}

function unknownFault(name: string): InputFault {
  return { pointer: `/${name}`, detail: 'is not a parameter of this route' };
}

function invalidQuery(errors: readonly ValidationError[]): InvalidInput {
  return queryFault(errors.flatMap(faultsOf));
}

/** What is wrong with a parameter, once where several of its rules say the same. */
function faultsOf({ property, constraints = {} }: ValidationError): readonly InputFault[] {
  if (constraints['whitelistValidation'] !== undefined) return [unknownFault(property)];
  // class-validator's own messages begin with the name, which the fault has already.
  const details = new Set(Object.values(constraints).map((detail) => withoutName(detail, property)));
  return [...details].map((detail) => ({ pointer: `/${property}`, detail }));
}

function withoutName(detail: string, property: string): string {
  return detail.startsWith(`${property} `) ? detail.slice(property.length + 1) : detail;
}

function queryFault(faults: readonly InputFault[]): InvalidInput {
  const named = faults.map(({ pointer, detail }) => `${pointer.slice(1)}: ${detail}`).join('; ');
  return new InvalidInput('invalid-query', named, faults);
}
