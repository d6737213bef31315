import { LedgerError, uuidText } from '#event-sourcing';
import type { TimelineFact } from '../timeline-fact.js';
import { ByteReader } from './byte-reader.js';
import { FORM, LARGER } from './chunk-writer.js';
import type { FactLayout, FactLayouts, FieldLayout } from './fact-layout.js';
import { TAG } from './value-tags.js';

type Values = { [field: string]: unknown };

/** A fact read from a chunk; the text of its event id is made when it is asked for. */
class ChunkFact implements TimelineFact {
  private id: string | undefined;

  constructor(
    readonly occurredAt: number,
    readonly sequence: number,
    readonly step: number,
    readonly type: string,
    readonly customer: string,
    readonly data: unknown,
    readonly position: number,
    private readonly chunk: Buffer,
    private readonly idAt: number,
  ) {}

  get eventId(): string {
    return (this.id ??= uuidText(this.chunk, this.idAt));
  }
}

/** What is read of a chunk. */
interface ChunkContents {
  readonly layout: FactLayout;
  /** In business order. */
  readonly facts: TimelineFact[];
  /** Texts by the numbers by which later ones refer to them. */
  readonly texts: readonly string[];
}

/** The facts of a chunk, in business order; throws as `readContents`. */
export function readChunk(bytes: Uint8Array, customer: string, layouts: FactLayouts): TimelineFact[] {
  return readContents(bytes, customer, layouts).facts;
}

/** Throws LedgerError `damaged-chunk` for bytes that no chunk has, and `unknown-layout`. */
export function readContents(bytes: Uint8Array, customer: string, layouts: FactLayouts): ChunkContents {
  const reader = new ByteReader(bytes);
  try {
    if (reader.byte() !== FORM) throw new RangeError('another form');
    const layout = layouts.of(reader.whole());
    const texts: string[] = [];
    const facts: TimelineFact[] = [];
    let [at, position] = [0, 0];
    while (!reader.isAtEnd) {
      const { name, step, fields } = layout.kinds[reader.whole()]!;
      at += reader.signed();
      const sequence = reader.whole();
      position += reader.signed();
      const idAt = reader.skip(16);
      const data = readFields(reader, fields, texts);
      facts.push(new ChunkFact(at, sequence, step, name, customer, data, position, reader.bytes, idAt));
    }
    return { layout, facts, texts };
  } catch (error) {
    if (error instanceof LedgerError) throw error;
    throw new LedgerError('damaged-chunk', 'a chunk of the timeline cannot be read', { customer });
  }
}

/** The stamp of the layout by which a chunk was written. */
export function layoutStampOf(bytes: Uint8Array): number {
  const reader = new ByteReader(bytes);
  reader.skip(1);
  return reader.whole();
}

function readFields(reader: ByteReader, fields: readonly FieldLayout[], texts: string[]): Values {
  const values: Values = { ...absent(fields) };
  const count = Math.min(reader.whole(), fields.length);
  for (let i = 0; i < count; i++) {
    const field = fields[i]!;
    values[field.name] = readValue(reader, field, texts);
  }
  return values;
}

const absents = new WeakMap<readonly FieldLayout[], Values>();

/** Every field, absent: facts of one touchpoint are objects of one form. */
function absent(fields: readonly FieldLayout[]): Values {
  let values = absents.get(fields);
  if (values === undefined) {
    values = {};
    for (const { name } of fields) values[name] = undefined;
    absents.set(fields, values);
  }
  return values;
}

function readValue(reader: ByteReader, { nested }: FieldLayout, texts: string[]): unknown {
  const byte = reader.byte();
  const beside = byte >> 3;
  const number = beside === LARGER ? reader.whole() : beside;
  switch (byte & 7) {
    case TAG.constant:
      return number === 0 ? undefined : number === 2;
    case TAG.whole:
      return number;
    case TAG.double:
      return reader.double();
    case TAG.text: {
      const text = reader.text();
      texts.push(text);
      return text;
    }
    case TAG.textAgain:
      return texts[number];
    case TAG.list:
      return Array.from({ length: number }, () => readFields(reader, nested!.fields, texts));
    case TAG.object:
      return readFields(reader, nested!.fields, texts);
    default:
      throw new RangeError('another tag');
  }
}
