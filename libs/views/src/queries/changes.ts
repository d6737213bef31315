import type { Json } from '#event-sourcing';

/** One place in a view that is another than before. */
export interface ViewChange {
  /** Like a JSON pointer; an issue, promise, action or component in a list is named by its id instead of its place. */
  readonly path: string;
  /** Absent where there was nothing. */
  readonly from?: Json;
  /** Absent where there is nothing any more. */
  readonly to?: Json;
}

type Members = { readonly [key: string]: Json | undefined };

/** What differs between two forms of a view, as far down as they have the same shape. */
export function changesBetween(
  before: Json | undefined,
  after: Json | undefined,
  path = '',
): readonly ViewChange[] {
  if (Object.is(before, after)) return [];
  const [was, is] = [membersOf(before), membersOf(after)];
  if (was === undefined || is === undefined) {
    return [
      { path, ...(before !== undefined && { from: before }), ...(after !== undefined && { to: after }) },
    ];
  }
  const keys = new Set([...Object.keys(was), ...Object.keys(is)]);
  return [...keys].flatMap((key) => changesBetween(was[key], is[key], `${path}/${escaped(key)}`));
}

/** The members of an object, or of a list by the ids of its items; undefined for a plain value. */
function membersOf(value: Json | undefined): Members | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (!Array.isArray(value)) return value as Members;
  return Object.fromEntries((value as readonly Json[]).map((item, i) => [nameOf(item) ?? String(i), item]));
}

/** The id of what an item is about: a rule's action by rule and id, a promise by its own id, not by its issue's. */
function nameOf(item: Json): string | undefined {
  type Named = {
    rule?: string;
    publishedTo?: string;
    promiseId?: string | null;
    issueId?: string | null;
    component?: string;
  };
  const { rule, publishedTo, promiseId, issueId, component } = (membersOf(item) ?? {}) as Named;
  const id = promiseId ?? issueId ?? component;
  // Two identities may each have an issue of one id: the view says then whose it is.
  const parts = [rule, id === undefined ? undefined : publishedTo, id].filter((part) => part !== undefined);
  return parts.length === 0 ? undefined : parts.join(':');
}

function escaped(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}
