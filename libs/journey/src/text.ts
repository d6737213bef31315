const PLAIN = /^[\x20-\x7e]*$/;
const CONTROL = /\p{Cc}/u;
/** Zero-width and bidirectional characters, fillers, line separators: two ids that look the same would be two. */
const INVISIBLE = /[\p{Default_Ignorable_Code_Point}\p{Cf}\p{Zl}\p{Zp}\u2800]/u;
const BLANK_AT_END = /^\s|\s$/u;
/** What decoders put where they could not read a character: different ids may have become one. */
const REPLACEMENT = '\ufffd';

/** Whether every surrogate has its partner: half a character cannot be written as UTF-8. */
export function isWellFormed(text: string): boolean {
  return (text as unknown as { isWellFormed(): boolean }).isWellFormed();
}

/** Length in UTF-8, in bytes. */
function utf8Length(text: string): number {
  let bytes = 0;
  for (const character of text) {
    const code = character.codePointAt(0)!;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes;
}

/**
 * What is wrong with an identifier, as the end of the sentence "`x` must …"; undefined when nothing is. The same
 * rule for customers, issues, contacts, promises, orders: 1 to 128 bytes, NFC, no control characters; `inUrls`: it is a
 * step of a path.
 */
export function identifierFault(id: string, maxBytes = 128, inUrls = true): string | undefined {
  if (id.length === 0) return 'not be empty';
  if (inUrls && (id === '.' || id === '..')) return 'not be `.` or `..`, which clients leave out of URLs';
  if (BLANK_AT_END.test(id)) return 'not begin or end with a blank';
  if (PLAIN.test(id)) return id.length <= maxBytes ? undefined : `be at most ${maxBytes} bytes long`;
  if (!isWellFormed(id)) return 'not hold half a character (a lone surrogate)';
  if (CONTROL.test(id)) return 'not hold control characters such as tabs or line ends';
  if (INVISIBLE.test(id)) return 'not hold invisible characters (zero-width, bidirectional or fillers)';
  if (id.includes(REPLACEMENT))
    return 'not hold U+FFFD, which stands for a character that was lost: send text in UTF-8';
  if (id.normalize('NFC') !== id) return 'be in Unicode normalisation form C (NFC)';
  return utf8Length(id) <= maxBytes ? undefined : `be at most ${maxBytes} bytes long`;
}
