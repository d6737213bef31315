/** A duration in seconds as whole milliseconds; undefined where it is not known. */
export function milliseconds(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : Math.round(seconds * 1000);
}
