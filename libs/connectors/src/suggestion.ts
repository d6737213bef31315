import { nearest } from '#event-sourcing';

/** `did you mean "x"?`, or the whole list where it is short, or nothing. */
export function suggestion(written: string, known: readonly string[]): string {
  const meant = nearest(written, known);
  if (meant !== undefined) return ` – did you mean "${meant}"?`;
  return known.length > 0 && known.length <= 40 ? ` – there are: ${known.join(', ')}` : '';
}
