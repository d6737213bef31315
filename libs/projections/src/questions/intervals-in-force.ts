import type { ListCondition } from '#event-sourcing';

/** The condition on rows of bands: those whose interval holds the time. */
export function holdsAt(asOf: number): readonly ListCondition[] {
  return [
    { column: 'fromAt', is: '<=', value: asOf },
    { column: 'toAt', is: 'after-or-null', value: asOf },
  ];
}
