/** A JSON value. */
export type Json =
  null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined };

/**
 * The canonical text of a JSON value (RFC 8785: keys in UTF-16 order, no white space, numbers as ECMAScript
 * prints them). Members that are undefined are left out. Throws on NaN and infinities, which JSON has not.
 */
export function canonicalJson(value: Json): string {
  if (typeof value !== 'object' || value === null) return scalarText(value);
  // The engine prints as RFC 8785 asks and does it fast; only the order of members is left to do.
  const copy = inOrder(value);
  return copy === undefined ? spelledOut(value) : JSON.stringify(copy);
}

/** Names that objects enumerate in an order of their own (`9` before `10`), or take for something else. */
const UNORDERABLE = /^(?:\d+|__proto__)$/;

/** A copy with members in order; undefined where an object cannot keep that order. */
function inOrder(value: Json): Json | undefined {
  if (typeof value === 'number') return finite(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const items: Json[] = [];
    for (const item of value as readonly Json[]) {
      const copy = inOrder(item);
      if (copy === undefined) return undefined;
      items.push(copy);
    }
    return items;
  }
  const members = value as { readonly [key: string]: Json | undefined };
  const copy: { [key: string]: Json } = {};
  for (const key of Object.keys(members).sort()) {
    const member = members[key];
    if (member === undefined) continue;
    const ordered = UNORDERABLE.test(key) ? undefined : inOrder(member);
    if (ordered === undefined) return undefined;
    copy[key] = ordered;
  }
  return copy;
}

function spelledOut(value: Json): string {
  if (typeof value !== 'object' || value === null) return scalarText(value);
  if (Array.isArray(value)) return `[${value.map((item) => spelledOut(item as Json)).join(',')}]`;
  const members = value as { readonly [key: string]: Json | undefined };
  let text = '';
  for (const key of Object.keys(members).sort()) {
    const member = members[key];
    if (member === undefined) continue;
    text += `${text === '' ? '' : ','}${JSON.stringify(key)}:${spelledOut(member)}`;
  }
  return `{${text}}`;
}

function scalarText(value: null | boolean | number | string): string {
  return JSON.stringify(typeof value === 'number' ? finite(value) : value);
}

function finite(value: number): number {
  if (!Number.isFinite(value)) throw new RangeError('not a JSON number');
  return value;
}
