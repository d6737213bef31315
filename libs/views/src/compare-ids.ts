/** A fixed order of ids: ties must not depend on the order in which things became known. */
export function compareIds(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
