import { InvalidInput } from '#event-sourcing';

const decoder = new TextDecoder('utf-8', { fatal: true });

/** The text of bytes that a producer sent. Throws InvalidInput `not-utf8`: no byte is ever replaced. */
export function decodeUtf8(bytes: Uint8Array, what: string): string {
  try {
    return decoder.decode(bytes);
  } catch {
    const detail = `${what} is not UTF-8: send text in UTF-8`;
    throw new InvalidInput('not-utf8', detail, [{ pointer: '', detail }]);
  }
}
