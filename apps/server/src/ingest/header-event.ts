import { InvalidInput } from '#event-sourcing';

/** Attributes by name, as in a structured CloudEvent. */
export type Attributes = { [name: string]: string };

/** Headers as received: each name with all its values. */
export type DistinctHeaders = { readonly [name: string]: readonly string[] | undefined };

/** Whether the headers are those of a CloudEvent in binary mode. */
export function hasEventHeaders(headers: DistinctHeaders): boolean {
  return (
    headers['ce-specversion'] !== undefined ||
    headers['ce-type'] !== undefined ||
    headers['ce-id'] !== undefined
  );
}

/**
 * The context attributes that stand in `ce-` headers (CloudEvents HTTP binding 1.0.2, 3.1.3). Throws `invalid-event`.
 */
export function attributesOf(headers: DistinctHeaders): Attributes {
  const attributes: Attributes = Object.create(null) as Attributes;
  for (const [header, values] of Object.entries(headers)) {
    if (!header.startsWith('ce-') || values === undefined) continue;
    const name = header.slice('ce-'.length);
    if (values.length > 1) throw fault(name, 'the header occurs more than once');
    attributes[name] = decodeValue(name, values[0]!);
  }
  return attributes;
}

const decoder = new TextDecoder('utf-8', { fatal: true });

/**
 * The value of a `ce-` header by the CloudEvents HTTP binding: quotes and escapes are removed, then percent-encoding
 * is decoded. Many clients send raw UTF-8, which Node decodes as Latin-1; it is decoded again here.
 */
function decodeValue(name: string, value: string): string {
  const raw = utf8(name, value.trim());
  const quoted = /^"(.*)"$/s.exec(raw);
  const text = quoted === null ? raw : quoted[1]!.replace(/\\(.)/gs, '$1');
  try {
    return decodeURIComponent(text);
  } catch {
    throw fault(name, 'the header must be percent-encoded UTF-8 (a single % is %25)');
  }
}

function utf8(name: string, latin1: string): string {
  try {
    return decoder.decode(Buffer.from(latin1, 'latin1'));
  } catch {
    throw fault(name, 'the header must be UTF-8, best percent-encoded (ö is %C3%B6)');
  }
}

function fault(attribute: string, detail: string): InvalidInput {
  return new InvalidInput('invalid-event', 'the event is not valid', [{ pointer: `/${attribute}`, detail }]);
}
