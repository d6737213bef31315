import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsNumber,
  IsObject,
  IsOptional,
  Max,
  Min,
  ValidateNested,
  ValidatorConstraint,
  registerDecorator,
  type ValidationArguments,
} from './class-validator.js';
import { LIMITS, parseTime } from '#event-sourcing';
import { marksOf, type DataClass } from './declare.js';
import { personInText } from './person-in.js';
import { identifierFault } from './text.js';

/** Several decorators as one. The first is checked first. */
function all(...decorators: readonly PropertyDecorator[]): PropertyDecorator {
  return (prototype, field) => decorators.forEach((decorate) => decorate(prototype, field));
}

/** Whether a value is good, given the object that holds it. */
export type Test = (value: unknown, object: object) => boolean;

/** How a sentence "`field` must …" ends. */
type Must = string | ((args: ValidationArguments) => string);

/**
 * A rule of this library as a constraint of class-validator; `test` is exposed so that the compiled check can call it
 * directly. `constraints` are for the JSON Schema.
 */
function rule(name: string, must: Must, test: Test, ...constraints: readonly unknown[]): PropertyDecorator {
  @ValidatorConstraint({ name })
  class OwnRule {
    readonly test = test;

    validate(value: unknown, { object }: ValidationArguments): boolean {
      return test(value, object);
    }

    defaultMessage(args: ValidationArguments): string {
      return `$property must ${typeof must === 'string' ? must : must(args)}`;
    }
  }
  return (prototype, field) =>
    registerDecorator({
      name,
      target: prototype.constructor,
      propertyName: String(field),
      constraints: [...constraints],
      validator: OwnRule,
    });
}

/** The field may be absent or null, which mean the same. */
export const Optional = (): PropertyDecorator => IsOptional();

const identifies: PropertyDecorator = (prototype, field) => {
  marksOf(prototype.constructor).identifiers.add(String(field));
};

/** An identifier: 1 to 128 bytes of UTF-8 in NFC, no control or invisible characters, no blanks at its ends. */
export const Id = (): PropertyDecorator =>
  all(
    rule(
      'isIdentifier',
      ({ value }) =>
        (typeof value === 'string' ? identifierFault(value) : undefined) ?? 'be text of 1 to 128 bytes',
      (value) => typeof value === 'string' && identifierFault(value) === undefined,
    ),
    identifies,
  );

/** The source or the id of another event, as it was sent. At most `max` UTF-16 units. */
export const EventName = (max: number): PropertyDecorator => all(Label(max), identifies);

/** A name or code: a category, a team's queue, a platform. 1 to `max` UTF-16 units. */
export const Label = (max: number = LIMITS.labelCharacters): PropertyDecorator => text('isLabel', 1, max);

/** Why somebody corrected what was recorded: text that stays in the log for ever, in clear. */
export const Reason = (): PropertyDecorator =>
  all(
    Label(500),
    rule(
      'namesNobody',
      'hold no e-mail address and no telephone number: it stays in the log for ever',
      (value) => typeof value !== 'string' || personInText(value) === undefined,
    ),
  );

/** Free text, which may be empty. At most `max` UTF-16 units. */
export const Text = (max: number = LIMITS.textCharacters): PropertyDecorator => text('isFreeText', 0, max);

function text(name: string, min: number, max: number): PropertyDecorator {
  const test = (value: unknown) => typeof value === 'string' && value.length >= min && value.length <= max;
  const length = min === 0 ? `at most ${max}` : `${min} to ${max}`;
  return rule(name, `be text of ${length} characters`, test, min, max);
}

/** One of a closed set of words. */
export const OneOf = (words: readonly string[]): PropertyDecorator => IsIn([...words]);

/** A time, RFC 3339 with an offset. */
export const Instant = (): PropertyDecorator =>
  rule(
    'isInstant',
    'be a time with an offset, e.g. 2026-01-31T10:00:00Z',
    (value) => typeof value === 'string' && parseTime(value) !== undefined,
  );

/** Whether the text is a day of the calendar, `YYYY-MM-DD`. */
export function isDay(value: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(value) && parseTime(`${value}T00:00:00Z`) !== undefined;
}

/** A duration in seconds, at most ten years. */
export const Seconds = (): PropertyDecorator => Between(0, 315_360_000);

/** A number from `min` to `max`, both included. */
export const Between = (min: number, max: number): PropertyDecorator => all(IsNumber(), Min(min), Max(max));

/** A whole number from `min` to `max`, both included. */
export const Whole = (min: number, max: number): PropertyDecorator => all(IsInt(), Min(min), Max(max));

/** Yes or no. */
export const Flag = (): PropertyDecorator => IsBoolean();

const AMOUNT = /^\d{1,15}(\.\d{1,9})?$/;

/** An amount of money: a decimal string, so that no rounding of binary fractions occurs. Zero or more. */
export const Amount = (): PropertyDecorator =>
  rule(
    'isAmount',
    'be a decimal string, e.g. "19.90"',
    (value) => typeof value === 'string' && AMOUNT.test(value),
  );

const CURRENCY = /^[A-Z]{3}$/;

/** A currency by ISO 4217. */
export const Currency = (): PropertyDecorator =>
  rule(
    'isCurrency',
    'be the three capital letters of ISO 4217, e.g. "EUR"',
    (value) => typeof value === 'string' && CURRENCY.test(value),
  );

/** A sentiment from −1 (hostile) to 1 (delighted), as given by the source. */
export const Sentiment = (): PropertyDecorator => Between(-1, 1);

/** What was expected or perceived, on the seven-point scale: 7 is best. */
export const SevenPoints = (): PropertyDecorator => Between(1, 7);

/** A check that no other decorator has, or that needs other fields of the object. */
export const Where = rule;

/**
 * One of several numbers that must ascend in the order of `defaults`. An absent number counts as its default, so that
 * a single given number is compared with the defaults of the others.
 */
export const InOrder =
  (defaults: { readonly [field: string]: number }): PropertyDecorator =>
  (prototype, field) => {
    const names = Object.keys(defaults);
    const place = names.indexOf(String(field));
    const [before, after] = [names[place - 1], names[place + 1]];
    const bound = (of: string) => `\`${of}\` (${defaults[of]} where it is left out)`;
    const musts = [before && `greater than ${bound(before)}`, after && `less than ${bound(after)}`];
    const numberOf = (name: string, object: object) =>
      (object as { readonly [name: string]: unknown })[name] ?? defaults[name];
    const ascends = (low: unknown, high: unknown) =>
      typeof low !== 'number' || typeof high !== 'number' || low < high;
    Where(
      'isInOrder',
      `be ${musts.filter(Boolean).join(' and ')}`,
      (value, object) =>
        (before === undefined || ascends(numberOf(before, object), value)) &&
        (after === undefined || ascends(value, numberOf(after, object))),
    )(prototype, field);
  };

/** An object of another class. */
export const Nested = (type: () => DataClass): PropertyDecorator =>
  all(IsObject(), ValidateNested(), nests(type, false));

/** A list of at most `max` objects of another class. */
export const ListOf = (type: () => DataClass, max: number = LIMITS.listItems): PropertyDecorator =>
  all(
    IsArray(),
    ArrayMaxSize(max),
    IsObject({ each: true }),
    ValidateNested({ each: true }),
    nests(type, true),
  );

function nests(type: () => DataClass, list: boolean): PropertyDecorator {
  return (prototype, field) => {
    marksOf(prototype.constructor).nested.set(String(field), { type: type(), list });
  };
}
