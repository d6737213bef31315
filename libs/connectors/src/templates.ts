import type { FieldSpec } from './mapping.js';

/** Stands for the row's number in a text; every other name in braces is a column. */
export const ROW_NUMBER = 'row';

/** The names in braces of a text like `{number}/{row}`, with repetitions. */
export function placeholdersOf(text: string): readonly string[] {
  return [...text.matchAll(/\{([^{}]+)\}/g)].map((match) => match[1]!);
}

/** The columns named in a text; `{row}` is not one. */
export function templateColumns(text: string): readonly string[] {
  return placeholdersOf(text).filter((name) => name !== ROW_NUMBER);
}

/** Whether a field's value holds the row's number. */
export function usesRowNumber(spec: FieldSpec): boolean {
  switch (spec.kind) {
    case 'text':
      return placeholdersOf(spec.text).includes(ROW_NUMBER);
    case 'list':
      return spec.items.some(usesRowNumber);
    case 'object':
      return Object.values(spec.fields).some(usesRowNumber);
    default:
      return false;
  }
}
