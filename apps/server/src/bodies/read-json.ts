import { InvalidInput, LedgerError, LIMITS, readJsonText } from '#event-sourcing';
import type { InputFault, ReadJson } from '#event-sourcing';

const decoder = new TextDecoder('utf-8', { fatal: true });

/**
 * The JSON value of one event or line, and the faults that the value does not show. Throws InvalidInput
 * `malformed-json`.
 */
export function readJsonFaults(bytes: Buffer): ReadJson {
  const { jsonTextBytes } = LIMITS;
  if (bytes.length > jsonTextBytes) {
    const detail = `a single JSON value has at most ${jsonTextBytes} bytes, this one has ${bytes.length}`;
    throw new InvalidInput('event-too-large', detail, [{ pointer: '', detail }]);
  }
  return readJsonText(decodeUtf8(bytes));
}

/** The JSON value of a body. Throws InvalidInput: `malformed-json`, `too-deep`, `duplicate-key`, `lossy-number`. */
export function readJson(bytes: Buffer): unknown {
  if (bytes.length > LIMITS.jsonTextBytes) {
    throw new LedgerError('body-too-large', `this route takes at most ${LIMITS.jsonTextBytes} bytes`);
  }
  const { value, faults } = readJsonFaults(bytes);
  if (faults.length > 0) throw invalidJson(faults);
  return value;
}

/** The error for such faults: its code is that of the first one. */
export function invalidJson(faults: readonly (InputFault & { readonly code: string })[]): InvalidInput {
  const { code, pointer, detail } = faults[0]!;
  return new InvalidInput(
    code,
    `${pointer || 'the body'} ${detail}`,
    faults.map((fault) => ({ pointer: fault.pointer, detail: fault.detail })),
  );
}

/** Bytes as text. Throws InvalidInput `malformed-json`. */
export function decodeUtf8(bytes: Buffer): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw new InvalidInput('malformed-json', 'this is not JSON: the bytes are not UTF-8', [
      { pointer: '', detail: 'must be text in UTF-8' },
    ]);
  }
}
