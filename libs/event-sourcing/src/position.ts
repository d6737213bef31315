/**
 * Where an event stands in the whole store: greater is later, comparable inside one store only. In JSON a decimal
 * string, since some stores' exceed 2^53.
 */
export type Position = bigint;

/** Before the first event: the checkpoint of a reader that has read nothing. */
export const START: Position = 0n;

/** A position from its decimal text; undefined when the text is none. */
export function parsePosition(text: string): Position | undefined {
  return /^[0-9]{1,19}$/.test(text) ? BigInt(text) : undefined;
}
