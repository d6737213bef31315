declare const positionBrand: unique symbol;

/**
 * Where an event stands in the whole store: greater is later, comparable inside one store only, and never calculated
 * with: some stores' positions are bytes. In JSON a decimal string, since they may exceed 2^53.
 */
export type Position = bigint & { readonly [positionBrand]: true };

/** Before the first event: the checkpoint of a reader that has read nothing. */
export const START: Position = storedPosition(0n);

/** A position from its decimal text; undefined when the text is none. */
export function parsePosition(text: string): Position | undefined {
  return /^[0-9]{1,19}$/.test(text) ? storedPosition(BigInt(text)) : undefined;
}

/** The position that a store or a read model has given out as this number: for adapters, where they read it. */
export function storedPosition(number: bigint | number): Position {
  return BigInt(number) as Position;
}
