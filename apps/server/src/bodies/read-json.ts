import { InvalidInput, readJsonText } from '#event-sourcing';
import type { InputFault, ReadJson } from '#event-sourcing';

const decoder = new TextDecoder('utf-8', { fatal: true });

/** The JSON value of a body with what the value does not keep. Throws InvalidInput `malformed-json`. */
export function readJsonFaults(bytes: Buffer): ReadJson {
  return readJsonText(decoded(bytes));
}

/** The JSON value of a body. Throws InvalidInput: `malformed-json`, `too-deep`, `duplicate-key`, `lossy-number`. */
export function readJson(bytes: Buffer): unknown {
  const { value, faults } = readJsonFaults(bytes);
  if (faults.length > 0) throw invalidJson(faults);
  return value;
}

/** The error that such faults make: of the first one's kind, with all of them. */
export function invalidJson(faults: readonly (InputFault & { readonly code: string })[]): InvalidInput {
  const { code, pointer, detail } = faults[0]!;
  return new InvalidInput(
    code,
    `${pointer || 'the body'} ${detail}`,
    faults.map((fault) => ({ pointer: fault.pointer, detail: fault.detail })),
  );
}

function decoded(bytes: Buffer): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw new InvalidInput('malformed-json', 'this is not JSON: the bytes are not UTF-8', [
      { pointer: '', detail: 'must be text in UTF-8' },
    ]);
  }
}
