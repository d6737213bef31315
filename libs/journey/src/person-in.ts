const EMAIL = /[^\s@<>]@[\p{L}\p{N}-]+(\.[\p{L}\p{N}-]+)*\.\p{L}[\p{L}\p{N}-]+/u;
const PLUS = /^\(?\+[\s(]*\d/u;
/** Digits with blanks, brackets or hyphens between, and nothing else. */
const SPACED = /^[\s(]*\d[\d\s()\p{Pd}]*$/u;
const BETWEEN = /\d[\s()\p{Pd}]+\d/u;
/** Fewer digits are no telephone number: 12-34 is somebody's numbering. */
const FEWEST_DIGITS = 6;
const SUSPICIOUS = /[@+()\s]|\d\p{Pd}|%40|^tel:/iu;

/**
 * Whether an identifier looks like a person's e-mail address or telephone number: `tel:`, a leading `+`, or digits
 * with blanks, brackets or hyphens between. Plain digits are a CRM's number. A provisional `contact:<id>` is looked
 * at behind its prefix.
 */
export function personIn(text: string): 'e-mail' | 'telephone' | undefined {
  if (!SUSPICIOUS.test(text)) return undefined;
  const id = text
    .replace(/^contact:/, '')
    .replace(/%40/gi, '@')
    .trim();
  if (EMAIL.test(id)) return 'e-mail';
  if (/^tel:/i.test(id) || PLUS.test(id)) return 'telephone';
  return SPACED.test(id) && BETWEEN.test(id) && id.replace(/\D/g, '').length >= FEWEST_DIGITS
    ? 'telephone'
    : undefined;
}
