const EMAIL = /[^\s@<>]@[\p{L}\p{N}-]+(\.[\p{L}\p{N}-]+)*\.\p{L}[\p{L}\p{N}-]+/u;
/** URI schemes of telephone numbers. */
const TELEPHONE_SCHEME = /^(?:tel|sips?|callto|sms|fax|whatsapp):/i;
/** Separators between the digits of a telephone number. */
const SEPARATORS = /[\s().\/\p{Pd}]+/gu;
/** How a telephone number begins: most other identifiers begin with a letter. */
const BEGINS_WITH_DIGIT = /^[\s().\/\p{Pd}+]*\d/u;
const BETWEEN_DIGITS = /\d[\s().\/\p{Pd}]+\d/u;
/** `+` and the digits of E.164 with some room for (0) and extensions, or letters as in +1 800 FLOWERS. */
const WITH_PLUS = /^\+\d[\dA-Z]{6,19}$/;
/** The same with 00 instead of +; no country's code begins with 0, and numbers of country 1 have ten digits more. */
const WITH_00 = /^00(?:1\d{10}|[2-9]\d{7,14})$/;
/** A national number behind its trunk prefix. */
const NATIONAL = /^0[1-9]\d{6,13}$/;
/** As numbers are written in North America: 212-555-0123. */
const NORTH_AMERICAN = /^\(?[2-9]\d{2}\)?[\s.-]?[2-9]\d{2}[\s.-]\d{4}$/;
const DATE = /^(?:\d{4}([-./])\d{1,2}\1\d{1,2}|\d{1,2}([-./])\d{1,2}\2(?:\d{4}|\d{2}))(?:[\sT].*)?$/s;
/** All that is neither of the two passes here without a closer look. */
const SUSPICIOUS = /[@+()[\]{}\s%]|\d[-/.]|^(?:00|[a-z]+:)|[^\0-\x7f]/i;

const NOT_ASCII = /[^\0-\x7f]/;
/** Only with these a sign is spelt out: %40, (at). */
const MAY_SPELL_SIGNS = /[%([{<]/;

/** Before the id of one who is only known by a contact. */
const PROVISIONAL = /^contact:/;

export type PersonKind = 'e-mail' | 'telephone';

/**
 * Whether a customer's id looks like a person's e-mail address or telephone number, in any of their usual spellings:
 * judged by E.164 (`+` or `00` and 8 to 15 digits, or a national number with separators), never a date. Other digits
 * are a CRM's number. A provisional `contact:<id>` is looked at behind its prefix.
 */
export function personIn(text: string): PersonKind | undefined {
  if (!SUSPICIOUS.test(text)) return undefined;
  const id = bare(text);
  if (id.includes('@') && EMAIL.test(id)) return 'e-mail';
  return TELEPHONE_SCHEME.test(id) || isTelephone(id) ? 'telephone' : undefined;
}

/** The same for identifiers that are no customer's: a source may number its events 0049309018200. */
export function personInName(text: string): PersonKind | undefined {
  return /^\d*$/.test(text) ? undefined : personIn(text);
}

/** Digits with blanks and the separators of telephone numbers between them. */
const DIGIT_RUNS = /[+(]?\d[\d ().\/-]{5,30}\d/g;

/** Whether free text holds one: words between blanks, commas and semicolons are judged one by one, and runs of digits whole. */
export function personInText(text: string): PersonKind | undefined {
  for (const word of [...text.split(/[\s,;]+/), ...(text.match(DIGIT_RUNS) ?? [])]) {
    const kind = personInName(word);
    if (kind !== undefined) return kind;
  }
  return undefined;
}

/**
 * One text for all ways of writing the same e-mail address or telephone number: the address in lower case, the number's
 * digits (`+` and `00` before the country left out, a bracketed 0 behind it too). Undefined when it is neither.
 */
export function normalisedPerson(text: string): string | undefined {
  const kind = personIn(text);
  if (kind === undefined) return undefined;
  const id = bare(text);
  if (kind === 'e-mail') {
    const address = id.replace(/^mailto:/i, '').toLowerCase();
    return `e-mail:${address.normalize('NFC')}`;
  }
  const digits = id.replace(/(\+[\s(]*\d[\d\s)]*)\(0\)/, '$1').replace(/\D/g, '');
  return `telephone:${digits.replace(/^00/, '')}`;
}

/** The provisional prefix of an identifier, '' when it has none. */
export function provisionalPrefix(text: string): string {
  return PROVISIONAL.exec(text)?.[0] ?? '';
}

function isTelephone(id: string): boolean {
  if (!BEGINS_WITH_DIGIT.test(id)) return false;
  const compact = id.replace(SEPARATORS, '');
  if (WITH_PLUS.test(compact)) return true;
  if (!/^\d+$/.test(compact) || DATE.test(id)) return false;
  if (WITH_00.test(compact) || NORTH_AMERICAN.test(id)) return true;
  return NATIONAL.test(compact) && BETWEEN_DIGITS.test(id);
}

/** The identifier in plain letters and digits: full-width and other scripts' digits, and spelt-out signs, replaced. */
function bare(text: string): string {
  let id = text.replace(PROVISIONAL, '');
  if (NOT_ASCII.test(id)) id = id.normalize('NFKC').replace(/\p{Nd}/gu, asciiDigit);
  if (MAY_SPELL_SIGNS.test(id)) {
    id = id
      .replace(/%40/gi, '@')
      .replace(/%2b/gi, '+')
      .replace(/\s?[([{<]\s?at\s?[)\]}>]\s?/gi, '@')
      .replace(/\s?[([{<]\s?(?:dot|punkt)\s?[)\]}>]\s?/gi, '.');
  }
  return id.trim();
}

/** Unicode's decimal digits stand in runs of ten, from 0 to 9. */
function asciiDigit(digit: string): string {
  if (digit <= '9') return digit;
  const code = digit.codePointAt(0)!;
  let zero = code;
  while (code - zero < 9 && /^\p{Nd}$/u.test(String.fromCodePoint(zero - 1))) zero -= 1;
  return String(code - zero);
}
