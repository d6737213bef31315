import type { Json } from '#event-sourcing';
import { anything, flag, marker, nullable, object, optional, text, time, list } from '../schema.js';
import { VIEWS, viewOf } from '../views.js';

/** What an item of a list says where its customer was erased; the figures stay, so that they sum up to the counts. */
export const erasedMark = { erased: marker('present when the customer was erased') };

/** What is said of an erased customer in the place of every answer. */
export interface ErasedAnswer {
  readonly customer: string;
  readonly erased: true;
  /** RFC 3339. */
  readonly erasedAt: string;
  readonly known: false;
  readonly [member: string]: Json | undefined;
}

/** An erased customer: every member that the answer would have had is null, every list is empty. */
export const erasedCustomerSchema = object({
  customer: text('as asked'),
  erased: { json: { const: true, description: 'the customer was erased' } },
  erasedAt: time(),
  known: flag('always false'),
  ...Object.fromEntries(
    VIEWS.flatMap(({ member, schema }) => [
      [member, optional(nullable(anything('null')))],
      ...Object.entries(schema.members).map(([name, own]) => [name, optional(nullable(own))]),
    ]),
  ),
  items: optional(list(anything(), 'empty')),
  contributions: optional(list(anything(), 'empty')),
  members: optional(list(text(), 'empty')),
  links: optional(list(anything(), 'empty')),
  next: optional(nullable(text('null'))),
});

/** The members of the answers about one customer, but of views. */
const MEMBERS: { readonly [kind: string]: { readonly [member: string]: Json } } = {
  ...{ customer: nulls(VIEWS.map(({ member }) => member)), view: {} },
  timeline: { items: [], next: null },
  replay: { items: [], next: null },
  explain: { score: null, contributions: [], next: null },
  identity: { members: [], links: [] },
};

/**
 * The answer to a question about an erased customer; undefined where questions of that kind are not about one customer: lists,
 * also of one customer's, stay lists and mark their rows. `erasedAt` is RFC 3339.
 */
export function erasedAnswer(
  kind: string,
  { customer, view }: { readonly customer: string; readonly view?: string },
  erasedAt: string,
): ErasedAnswer | undefined {
  const members = MEMBERS[kind];
  if (members === undefined) return undefined;
  return {
    ...{ customer, erased: true, erasedAt, known: false },
    ...(kind === 'view' && nulls(Object.keys(viewOf(view!).schema.members))),
    ...members,
  };
}

function nulls(names: readonly string[]): { readonly [name: string]: null } {
  return Object.fromEntries(names.map((name) => [name, null]));
}
