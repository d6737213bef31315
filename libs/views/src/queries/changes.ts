import type { Json } from '#event-sourcing';

/** One place in a view that is another than before. */
export interface ViewChange {
  /** Like a JSON pointer; an issue or component in a list is named by its id instead of its place. */
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

function nameOf(item: Json): string | undefined {
  type Named = { issueId?: string; publishedTo?: string; component?: string };
  const { issueId, publishedTo, component } = (membersOf(item) ?? {}) as Named;
  // Two identities may each have an issue of one id: the view says then whose it is.
  return issueId !== undefined && publishedTo !== undefined
    ? `${publishedTo}:${issueId}`
    : (issueId ?? component);
}

function escaped(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}
