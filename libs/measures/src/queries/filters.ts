import { InvalidInput } from '#event-sourcing';
import type { ColumnValue, ListCondition } from '#views';
import { DIMENSION_NAMES, type DimensionName } from '../dimensions.js';
import type { Measure } from '../measure.js';

/**
 * Which values of a dimension are meant: several with commas between; a comma or a backslash within a value has a
 * backslash before it. An empty value means the rows that have none.
 */
export type DimensionFilters = { readonly [name in DimensionName]?: string };

/** The dimensions to group by, as `by=channel,team`. Throws `invalid-question`. */
export function groupingOf(measure: Measure, by: string | undefined): readonly DimensionName[] {
  if (by === undefined) return [];
  const names = [...new Set(by.split(','))];
  for (const name of names) refuseUnknown(measure, 'by', name);
  return names as DimensionName[];
}

/** The conditions that filters by dimension stand for. Throws `invalid-question`. */
export function filterConditions(measure: Measure, filters: DimensionFilters): readonly ListCondition[] {
  const named = DIMENSION_NAMES.filter((name) => filters[name] !== undefined);
  return named.map((name): ListCondition => {
    refuseUnknown(measure, name, name);
    const column = measure.dimensions[name]!;
    const values = valuesOf(filters[name]!);
    if (values.length === 1 && values[0] === '') return { column, is: 'null' };
    if (values.includes('')) throw emptyAmongValues(name);
    return { column, is: 'in', value: values };
  });
}

/** One value as a filter takes it. */
export function filterText(value: ColumnValue): string {
  return value === null ? '' : String(value).replace(/[\\,]/g, '\\$&');
}

function valuesOf(text: string): readonly string[] {
  const parts = text.match(/(?:\\[^]|[^\\,]|\\$)+|(?<=,|^)(?=,|$)/g) ?? [''];
  return parts.map((part) => part.replace(/\\([^])/g, '$1'));
}

function emptyAmongValues(name: DimensionName): InvalidInput {
  return new InvalidInput('invalid-question', `${name}: has an empty value among others`, [
    { pointer: `/${name}`, detail: 'must be values with commas between, or empty for the rows without one' },
  ]);
}

function refuseUnknown({ name: measure, dimensions }: Measure, field: string, name: string): void {
  if (Object.hasOwn(dimensions, name)) return;
  const possible = Object.keys(dimensions);
  throw new InvalidInput('invalid-question', `${field}: ${measure} has no dimension ${name}`, [
    {
      pointer: `/${field}`,
      detail: possible.length === 0 ? 'has no dimensions' : `must be among ${possible.join(', ')}`,
    },
  ]);
}
