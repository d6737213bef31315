import { escapePointerStep, type InputFault, LIMITS, nearest } from '#event-sourcing';
import type { FieldShape, Shape } from '../shape.js';
import { isObject } from './compile.js';

/** Unknown fields that are reported of one event, at most. */
const MOST_UNKNOWN = LIMITS.jsonFaults;
/** Sources repeat the same unknown fields, so the nearest known name is cached for this many names. */
const MOST_KEPT = 5_000;

/**
 * A field that the schema does not know, and the one it was probably meant to be. Its name is in the pointer only: it
 * may be personal.
 */
interface UnknownField {
  readonly pointer: string;
  readonly near?: string;
  /** All known fields of the same object. */
  readonly known: readonly string[];
}

/**
 * Every unknown field as a fault, for data that allows none: a misspelt weight of a policy would be accepted and have
 * no effect.
 */
export function refuseUnknown(shape: Shape, data: object): readonly InputFault[] {
  return [...unknownIn(shape, data, '')].map(({ pointer, near, known }) => {
    const hint = near === undefined ? `known fields are ${known.join(', ')}` : `did you mean \`${near}\`?`;
    return { pointer, detail: `this field is not known; ${hint}` };
  });
}

/** A warning for each unknown field whose name is close to that of an absent known field. */
export function warnOfMisspelt(shape: Shape, data: object): readonly InputFault[] {
  if (!hasUnknown(shape, data)) return NONE;
  return [...unknownIn(shape, data, '')].flatMap(({ pointer, near }) => {
    if (near === undefined) return [];
    const detail = `this field is not known; did you mean \`${near}\`? It is kept, but no view uses it`;
    return [{ pointer, detail }];
  });
}

const NONE: readonly InputFault[] = [];

/** The fast path: almost every event has only known fields. */
function hasUnknown({ byName }: Shape, data: object): boolean {
  for (const name of Object.keys(data)) {
    const field = byName.get(name);
    if (field === undefined || field.nested !== undefined) return true;
  }
  return false;
}

function* unknownIn(
  shape: Shape,
  data: object,
  pointer: string,
  left = { count: MOST_UNKNOWN },
): Iterable<UnknownField> {
  for (const [name, value] of Object.entries(data)) {
    if (value === undefined) continue;
    const here = `${pointer}/${escapePointerStep(name)}`;
    const field = shape.byName.get(name);
    if (field !== undefined) yield* unknownBelow(field, value, here, left);
    else if (left.count-- > 0)
      yield { pointer: here, near: nearField(shape, name, data), known: [...shape.byName.keys()] };
    else return;
  }
}

function* unknownBelow(
  { nested }: FieldShape,
  value: unknown,
  pointer: string,
  left: { count: number },
): Iterable<UnknownField> {
  if (nested === undefined) return;
  const items: readonly unknown[] = nested.list && Array.isArray(value) ? value : [value];
  for (const [i, item] of items.entries()) {
    if (isObject(item)) yield* unknownIn(nested.shape, item, nested.list ? `${pointer}/${i}` : pointer, left);
  }
}

const kept = new Map<Shape, Map<string, string | undefined>>();

/** The known field that is probably meant, unless the object has it too. */
function nearField(shape: Shape, name: string, data: object): string | undefined {
  let ofShape = kept.get(shape);
  if (ofShape === undefined || ofShape.size >= MOST_KEPT) kept.set(shape, (ofShape = new Map()));
  if (!ofShape.has(name)) ofShape.set(name, nearest(name, shape.byName.keys()));
  const near = ofShape.get(name);
  return near === undefined || Object.hasOwn(data, near) ? undefined : near;
}
