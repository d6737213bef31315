import { InvalidInput } from '#event-sourcing';
import { decodeUtf8 } from './utf8.js';

/** A header's value as Kafka has it. kafkajs's own types leave out that it may be null. */
export type HeaderValue = Uint8Array | string | null | undefined;

/** The headers of a record: a name that occurs several times has a list. */
export type RecordHeaders = Readonly<Record<string, HeaderValue | readonly HeaderValue[]>>;

/**
 * The text of a header; undefined where it is absent or null, which CloudEvents takes for the same. Throws InvalidInput
 * `not-utf8`, and `repeated-header` where the name occurs several times with different values.
 */
export function headerText(headers: RecordHeaders, name: string): string | undefined {
  const header = headers[name];
  if (header === undefined || header === null) return undefined;
  if (!isList(header)) return textOf(header, name);
  const values = header.filter((value) => value !== undefined && value !== null);
  const texts = values.map((value) => textOf(value, name));
  if (texts.every((text) => text === texts[0])) return texts[0];
  const detail = `the header ${shown(name)} occurs several times with different values: send it once`;
  throw new InvalidInput('repeated-header', detail, [{ pointer: '', detail }]);
}

/** Whether a header is there, be its value null or not. */
export function hasHeader(headers: RecordHeaders, name: string): boolean {
  return Object.hasOwn(headers, name);
}

function isList(header: HeaderValue | readonly HeaderValue[]): header is readonly HeaderValue[] {
  return Array.isArray(header);
}

function textOf(value: Uint8Array | string, name: string): string {
  return typeof value === 'string' ? value : decodeUtf8(value, `the header ${shown(name)}`);
}

/** Names that the ledger knows are shown; others are a producer's own and may say anything. */
function shown(name: string): string {
  return /^(c[ex]_[a-z0-9]{1,20}|content-type)$/i.test(name) ? name : 'of another name';
}
