import { InvalidInput, readJsonText } from '#event-sourcing';

/** The object that a line of JSON holds, or why it cannot be used. */
export type JsonRecord =
  | { readonly value: object; readonly fault?: undefined }
  | { readonly fault: string; readonly value?: undefined };

export const UNREADABLE = 'is not a JSON object';

/**
 * Reads a line as strictly as the server reads a request: a member named twice and a number that a double does not
 * keep exactly are faults, for otherwise two customers might become one.
 */
export function parseRecord(text: string): JsonRecord {
  try {
    const { value, faults } = readJsonText(text);
    const [first] = faults;
    if (first !== undefined) return { fault: `${first.pointer} ${first.detail} (${first.code})` };
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? { value } : { fault: UNREADABLE };
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error;
    return { fault: error.code === 'malformed-json' ? UNREADABLE : `${error.message} (${error.code})` };
  }
}
