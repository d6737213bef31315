import { LedgerError, LIMITS } from '#event-sourcing';

const NEWLINE = 0x0a;
const RETURN = 0x0d;

/** One line: its bytes without the end, and its number, from 1. */
export interface Line {
  readonly number: number;
  readonly bytes: Buffer;
}

/** The lines of a stream; blank ones are counted and left out. Throws `line-too-large` and `too-many-refusals`. */
export async function* linesOf(stream: AsyncIterable<Buffer>, most: number): AsyncGenerator<Line> {
  let number = 0;
  let parts: Buffer[] = [];
  let length = 0;
  let blank = 0;
  const line = (end: Buffer): Line => {
    const bytes = parts.length === 0 ? end : Buffer.concat([...parts, end]);
    [parts, length] = [[], 0];
    if (bytes.length > most) throw tooLarge(number + 1, most);
    return { number: ++number, bytes };
  };
  for await (const bytes of stream) {
    let start = 0;
    for (let end = bytes.indexOf(NEWLINE); end !== -1; end = bytes.indexOf(NEWLINE, start)) {
      const found = line(bytes.subarray(start, end));
      start = end + 1;
      if (isBlank(found)) {
        if (++blank > LIMITS.blankLines) throw tooManyBlank(number);
        continue;
      }
      blank = 0;
      yield found;
    }
    parts.push(bytes.subarray(start));
    length += bytes.length - start;
    if (length > most) throw tooLarge(number + 1, most);
  }
  const last = line(Buffer.alloc(0));
  if (!isBlank(last)) yield last;
}

function isBlank({ bytes }: Line): boolean {
  return bytes.length === 0 || (bytes.length === 1 && bytes[0] === RETURN);
}

function tooLarge(number: number, most: number): LedgerError {
  return new LedgerError('line-too-large', `line ${number} has more than ${most} bytes`, {
    line: number,
    limit: most,
  });
}

function tooManyBlank(number: number): LedgerError {
  const detail = `more than ${LIMITS.blankLines} blank lines before line ${number}: leave them out`;
  return new LedgerError('too-many-refusals', detail, { line: number, limit: LIMITS.blankLines });
}
