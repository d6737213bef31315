import { nearest } from '#event-sourcing';

/** `did you mean "x"?`, or nothing. */
export function nearestName(written: string, known: readonly string[]): string {
  const meant = nearest(written, known);
  return meant === undefined ? '' : ` – did you mean "${meant}"?`;
}

/** `did you mean "x"?`, or the whole list where it is short, or nothing. */
export function suggestion(written: string, known: readonly string[]): string {
  const meant = nearestName(written, known);
  if (meant !== '') return meant;
  return known.length > 0 && known.length <= 40 ? ` – there are: ${known.join(', ')}` : '';
}
