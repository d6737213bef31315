import { InvalidInput } from './errors.js';
import { JsonScan, skipSpace } from './json-scan.js';
import type { JsonFault } from './json-scan.js';
import { LIMITS } from './limits.js';

/** A JSON text's value, and what in the text the value cannot keep. */
export interface ReadJson {
  readonly value: unknown;
  /** The first faults in the order of the text; empty when the value says exactly what the text said. */
  readonly faults: readonly JsonFault[];
}

/**
 * The value of a JSON text, with the faults that JSON.parse passes over in silence: members named twice, numbers
 * that are not kept (RFC 8785 would not give them back), names that are too long. Throws InvalidInput
 * `malformed-json` that says where, `too-deep` and `event-too-large`; never with the text itself, which may be personal.
 */
export function readJsonText(text: string, depth: number = LIMITS.jsonDepth): ReadJson {
  const { read, end } = readValue(text, 0, { depth, length: Infinity });
  const rest = skipSpace(text, end);
  if (rest < text.length) throw malformed(text, rest);
  return read;
}

/** One item of a JSON list. */
export interface JsonItem {
  readonly json: ReadJson;
  /** The place in the text behind the item. */
  readonly end: number;
}

/**
 * The items of a text that is a JSON list, read one by one as they are asked for, so that a caller can let others have
 * the thread in between. Throws as `readJsonText` does, also when the text goes wrong behind the last good item: use
 * none before the end. Undefined when the text is no list.
 */
export function readJsonItems(text: string): Generator<JsonItem, void> | undefined {
  const start = skipSpace(text, 0);
  return text[start] === '[' ? itemsFrom(text, start + 1) : undefined;
}

function* itemsFrom(text: string, start: number): Generator<JsonItem, void> {
  let at = skipSpace(text, start);
  const bounds = { depth: LIMITS.jsonDepth, length: LIMITS.jsonTextBytes };
  if (text[at] === ']') at++;
  else {
    for (;;) {
      const { read, end } = readValue(text, at, bounds);
      yield { json: read, end };
      at = skipSpace(text, end);
      if (text[at] === ']') break;
      if (text[at] !== ',') throw malformed(text, at);
      at++;
    }
    at++;
  }
  const rest = skipSpace(text, at);
  if (rest < text.length) throw malformed(text, rest);
}

function readValue(text: string, start: number, bounds: { depth: number; length: number }) {
  const scan = new JsonScan(text, start, bounds);
  if (!scan.run()) throw malformed(text, scan.end);
  try {
    const value = JSON.parse(text.slice(start, scan.end)) as unknown;
    return { read: { value, faults: scan.faults }, end: scan.end };
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
  let line = 1;
  let lineStart = 0;
  for (let end = text.indexOf('\n'); end !== -1 && end < at; end = text.indexOf('\n', end + 1)) {
    line++;
    lineStart = end + 1;
  }
  return `line ${line}, column ${at - lineStart + 1}`;
}
