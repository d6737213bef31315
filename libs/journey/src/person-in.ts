const EMAIL = /[^\s@<>]@[\p{L}\p{N}-]+(\.[\p{L}\p{N}-]+)*\.\p{L}[\p{L}\p{N}-]+/u;
const PLUS = /^\(?\+[\s(]*\d/u;
/** Digits with blanks, brackets or hyphens between, and nothing else. */
const SPACED = /^[\s(]*\d[\d\s()\p{Pd}]*$/u;
const BETWEEN = /\d[\s()\p{Pd}]+\d/u;
/** Fewer digits are no telephone number: 12-34 is somebody's numbering. */
const FEWEST_DIGITS = 6;
const SUSPICIOUS = /[@+()\s]|\d\p{Pd}|%40|^tel:/iu;

/** Before the id of one who is only known by a contact. */
const PROVISIONAL = /^contact:/;

/**
 * Whether an identifier looks like a person's e-mail address or telephone number: `tel:`, a leading `+`, or digits
 * with blanks, brackets or hyphens between. Plain digits are a CRM's number. A provisional `contact:<id>` is looked
 * at behind its prefix.
 */
export function personIn(text: string): 'e-mail' | 'telephone' | undefined {
  if (!SUSPICIOUS.test(text)) return undefined;
  const id = bare(text);
  if (EMAIL.test(id)) return 'e-mail';
  if (/^tel:/i.test(id) || PLUS.test(id)) return 'telephone';
  return SPACED.test(id) && BETWEEN.test(id) && id.replace(/\D/g, '').length >= FEWEST_DIGITS
    ? 'telephone'
    : undefined;
}

/**
 * One text for all ways of writing the same e-mail address or telephone number: the address in lower case, the number's
 * digits (`+` and `00` before the country left out, a bracketed 0 behind it too). Undefined when it is neither.
 */
export function normalisedPerson(text: string): string | undefined {
  const kind = personIn(text);
  if (kind === undefined) return undefined;
  const id = bare(text);
  if (kind === 'e-mail')
    return `e-mail:${id
      .replace(/^mailto:/i, '')
      .toLowerCase()
      .normalize('NFC')}`;
  const digits = id.replace(/(\+[\s(]*\d[\d\s)]*)\(0\)/, '$1').replace(/\D/g, '');
  return `telephone:${digits.replace(/^00/, '')}`;
}

/** The provisional prefix of an identifier, '' when it has none. */
export function provisionalPrefix(text: string): string {
  return PROVISIONAL.exec(text)?.[0] ?? '';
}

function bare(text: string): string {
  return text.replace(PROVISIONAL, '').replace(/%40/gi, '@').trim();
}
