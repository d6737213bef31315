import { InvalidInput } from './errors.js';
import { JsonScan } from './json-scan.js';
import type { JsonFault } from './json-scan.js';

/** Objects and lists within each other, at most. */
export const JSON_DEPTH = 32;

/** A JSON text's value, and what in the text the value cannot keep. */
export interface ReadJson {
  readonly value: unknown;
  /** In the order of the text; empty when the value says exactly what the text said. */
  readonly faults: readonly JsonFault[];
}

/**
 * The value of a JSON text, with the faults that JSON.parse passes over in silence: members named twice, numbers
 * that are not kept (RFC 8785 would not give them back), nesting beyond `depth`. Throws InvalidInput
 * `malformed-json` that says where; never with the text itself, which may be personal.
 */
export function readJsonText(text: string, depth = JSON_DEPTH): ReadJson {
  const scan = new JsonScan(text, depth);
  const malformedAt = scan.run();
  if (malformedAt !== undefined) throw malformed(text, malformedAt);
  try {
    return { value: JSON.parse(text) as unknown, faults: scan.faults };
  } catch {
    throw malformed(text, undefined);
  }
}

function malformed(text: string, at: number | undefined): InvalidInput {
  const detail =
    at === undefined ? 'a text in it is not well escaped' : `it goes wrong at ${placeOf(text, at)}`;
  return new InvalidInput('malformed-json', `this is not JSON: ${detail}`, [{ pointer: '', detail }]);
}

function placeOf(text: string, at: number): string {
  if (at >= text.length) return 'its end: something is missing there';
  const before = text.slice(0, at);
  const line = before.split('\n').length;
  return `line ${line}, column ${at - before.lastIndexOf('\n')}`;
}
