import { getMetadataStorage } from '../class-validator.js';
import type { ValidationArguments, ValidationMetadata } from '../class-validator.js';
import type { Test } from '../fields.js';

/** One rule of a field, ready to run. */
export interface Rule {
  /** A condition says whether the field's rules apply at all. */
  readonly role: 'condition' | 'rule' | 'nesting';
  readonly name: string;
  readonly test: Test;
  readonly metadata: ValidationMetadata;
  /** For rules about each item of a list: the index of the first item that fails, −1 when it is not about one. */
  readonly failingItem?: (value: unknown, object: object) => number;
  /** class-validator's own message. */
  readonly message: (value: unknown, object: object) => string;
}

const isNumber = (value: unknown): value is number => typeof value === 'number';

/** The most used rules of class-validator as plain predicates; all others run class-validator's own code. */
const PREDICATES: {
  readonly [name: string]: (constraints: readonly unknown[]) => (value: unknown) => boolean;
} = {
  isIn: ([words]) => {
    const allowed = new Set(words as readonly unknown[]);
    return (value) => allowed.has(value);
  },
  isBoolean: () => (value) => typeof value === 'boolean' || value instanceof Boolean,
  isInt: () => Number.isInteger,
  min:
    ([min]) =>
    (value) =>
      isNumber(value) && value >= (min as number),
  max:
    ([max]) =>
    (value) =>
      isNumber(value) && value <= (max as number),
  isArray: () => Array.isArray,
  arrayMaxSize:
    ([max]) =>
    (value) =>
      Array.isArray(value) && value.length <= (max as number),
  isObject: () => (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
};

/** Compiles one rule. Throws for what cannot run synchronously: groups, promises, asynchronous rules. */
export function compileRule(metadata: ValidationMetadata): Rule {
  const where = `${String((metadata.target as { name?: string }).name)}.${metadata.propertyName}`;
  if ((metadata.groups ?? []).length > 0) throw new Error(`${where}: validation groups are not supported`);
  switch (metadata.type) {
    case 'conditionalValidation':
      return {
        ...words(metadata),
        role: 'condition',
        name: 'condition',
        test: conditionOf(metadata),
        metadata,
      };
    case 'nestedValidation':
      return { ...words(metadata), role: 'nesting', name: 'nested', test: () => true, metadata };
    case 'customValidation':
    case 'isDefined':
      return constraintRule(metadata, where);
    default:
      throw new Error(`${where}: ${metadata.type} is not supported`);
  }
}

function conditionOf(metadata: ValidationMetadata): Test {
  if (metadata.name === 'isOptional') return (value) => value !== undefined && value !== null;
  const condition = metadata.constraints[0] as (object: object, value: unknown) => boolean;
  return (value, object) => condition(object, value);
}

function constraintRule(metadata: ValidationMetadata, where: string): Rule {
  const [constraint, ...more] = getMetadataStorage().getTargetValidatorConstraints(metadata.constraintCls);
  if (constraint === undefined || more.length > 0 || constraint.async) {
    throw new Error(`${where}: one synchronous rule is needed`);
  }
  const name = metadata.name ?? constraint.name;
  const { instance } = constraint;
  const own = (instance as { readonly test?: Test }).test;
  const predicate = PREDICATES[name]?.(metadata.constraints ?? []) ?? own;
  const single: Test =
    predicate ?? ((value, object) => instance.validate(value, argumentsOf(metadata, value, object)) === true);
  const { validateIf } = metadata;
  const test = metadata.each ? eachItem(single) : single;
  return {
    ...words(metadata, (args) => instance.defaultMessage?.(args) ?? '$property is not valid'),
    role: 'rule',
    name,
    metadata,
    test: validateIf ? (value, object) => !validateIf(object, value) || test(value, object) : test,
    ...(metadata.each && { failingItem: failingItem(single) }),
  };
}

function eachItem(single: Test): Test {
  return (value, object) =>
    Array.isArray(value) ? value.every((item) => single(item, object)) : single(value, object);
}

function failingItem(single: Test): (value: unknown, object: object) => number {
  return (value, object) => (Array.isArray(value) ? value.findIndex((item) => !single(item, object)) : -1);
}

function argumentsOf(metadata: ValidationMetadata, value: unknown, object: object): ValidationArguments {
  return {
    value,
    object,
    property: metadata.propertyName,
    constraints: metadata.constraints,
    targetName: object.constructor?.name ?? '',
  };
}

function words(
  metadata: ValidationMetadata,
  byDefault: (args: ValidationArguments) => string = () => '',
): Pick<Rule, 'message'> {
  return {
    message: (value, object) => {
      const args = argumentsOf(metadata, value, object);
      const given = metadata.message as string | ((args: ValidationArguments) => string) | undefined;
      const text = typeof given === 'function' ? given(args) : (given ?? byDefault(args));
      return text
        .replaceAll('$property', `\`${metadata.propertyName}\``)
        .replace(/\$constraint(\d+)/g, (_, n: string) => String(metadata.constraints?.[Number(n) - 1]));
    },
  };
}
