import { escapePointerStep, type InputFault } from '#event-sourcing';
import type { FieldShape, Shape } from '../shape.js';
import { compileRule, type Rule } from './rules.js';
import { faultDetail } from './detail.js';

/** A check: the faults found, each with its pointer; an empty list when there are none. */
export type Check = (value: unknown) => readonly InputFault[];

interface FieldCheck {
  readonly name: string;
  readonly pointer: string;
  readonly applies: (value: unknown, object: object) => boolean;
  readonly rules: readonly Rule[];
  readonly nested?: { readonly check: ObjectCheck; readonly list: boolean };
}

type ObjectCheck = readonly FieldCheck[];

const NO_FAULTS: readonly InputFault[] = [];

/**
 * A check compiled once from class-validator's metadata. Valid values pass plain predicates without allocation; only
 * for invalid ones messages are built. Fields without a rule are never a fault.
 */
export function compileCheck(shape: Shape): Check {
  const check = compileObject(shape);
  return (value) => {
    if (!isObject(value)) return [{ pointer: '', detail: 'data must be an object' }];
    if (passes(check, value)) return NO_FAULTS;
    const faults: InputFault[] = [];
    explain(check, value, '', faults);
    return faults;
  };
}

function compileObject(shape: Shape): ObjectCheck {
  return shape.fields.map((field) => ({
    name: field.name,
    pointer: `/${escapePointerStep(field.name)}`,
    ...compileField(field),
    ...(field.nested && { nested: { check: compileObject(field.nested.shape), list: field.nested.list } }),
  }));
}

function compileField(field: FieldShape): Pick<FieldCheck, 'applies' | 'rules'> {
  const rules = field.rules.map(compileRule);
  const conditions = rules.filter((rule) => rule.role === 'condition');
  const applies = (value: unknown, object: object) => conditions.every((rule) => rule.test(value, object));
  const [only] = conditions;
  return {
    applies: conditions.length === 0 ? always : conditions.length === 1 ? only!.test : applies,
    rules: rules.filter((rule) => rule.role === 'rule'),
  };
}

const always = () => true;

function passes(check: ObjectCheck, object: object): boolean {
  for (let i = 0; i < check.length; i++) {
    const field = check[i]!;
    const value = (object as Record<string, unknown>)[field.name];
    if (!field.applies(value, object)) continue;
    for (let j = 0; j < field.rules.length; j++) if (!field.rules[j]!.test(value, object)) return false;
    if (field.nested !== undefined && !nestedPasses(field.nested, value)) return false;
  }
  return true;
}

function nestedPasses({ check, list }: NonNullable<FieldCheck['nested']>, value: unknown): boolean {
  if (!list) return passes(check, value as object);
  for (const item of value as readonly object[]) if (!passes(check, item)) return false;
  return true;
}

function explain(check: ObjectCheck, object: object, pointer: string, faults: InputFault[]): void {
  for (const field of check) {
    const value = (object as Record<string, unknown>)[field.name];
    if (!field.applies(value, object)) continue;
    const here = pointer + field.pointer;
    const broken = field.rules.find((rule) => !rule.test(value, object));
    if (broken !== undefined) {
      const index = broken.failingItem?.(value, object) ?? -1;
      faults.push({
        pointer: index < 0 ? here : `${here}/${index}`,
        detail: faultDetail(broken, field.name, value, object),
      });
    } else if (field.nested?.list) {
      (value as readonly object[]).forEach((item, i) =>
        explain(field.nested!.check, item, `${here}/${i}`, faults),
      );
    } else if (field.nested !== undefined) {
      explain(field.nested.check, value as object, here, faults);
    }
  }
}

/** Whether it is a JSON object. */
export function isObject(value: unknown): value is { readonly [name: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
