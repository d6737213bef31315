import { LedgerError } from '#event-sourcing';
import type { TimelineFact } from '../timeline-fact.js';
import { ByteWriter } from './byte-writer.js';
import type { FactLayout, FieldLayout } from './fact-layout.js';
import { TAG } from './value-tags.js';

/** Facts in a chunk at most, where facts come in their order. */
const FACTS_A_CHUNK = 32;

type Values = { readonly [field: string]: unknown };

/**
 * Packs facts of one customer, in business order, into a chunk: after a header (form, layout) each fact as the
 * differences to the one before, 16 bytes of event id, and its values by the layout's order; text that occurred before
 * in the chunk is its number. Some 40 bytes a fact.
 */
export class ChunkWriter {
  private bytes = new ByteWriter();
  private readonly texts = new Map<string, number>();
  private readonly kinds: ReadonlyMap<string, number>;
  private at = 0;
  private position = 0;
  private facts = 0;

  constructor(private readonly layout: FactLayout) {
    this.kinds = numbersOf(layout);
    this.bytes.byte(FORM);
    this.bytes.whole(layout.stamp);
  }

  /** Goes on with a chunk of this layout, of which the facts and texts were read. */
  static after(
    layout: FactLayout,
    bytes: Uint8Array,
    facts: readonly TimelineFact[],
    texts: readonly string[],
  ): ChunkWriter {
    const writer = new ChunkWriter(layout);
    writer.bytes = new ByteWriter(bytes);
    texts.forEach((text, number) => writer.texts.set(text, number));
    const last = facts.at(-1);
    if (last !== undefined) [writer.at, writer.position] = [last.occurredAt, last.position];
    writer.facts = facts.length;
    return writer;
  }

  /** Whether the next fact in order begins another chunk. */
  get isFull(): boolean {
    return this.facts >= FACTS_A_CHUNK;
  }

  /** The chunk as it is now. */
  get chunk(): Uint8Array {
    return this.bytes.written;
  }

  /**
   * Adds the next fact. Throws LedgerError `unknown-type` for a touchpoint that the layout has not, `malformed-event`
   * for values of another form than the layout's, `position-too-large` from 2^53 on; then the chunk is as it was.
   */
  add(fact: TimelineFact): this {
    const number = this.kinds.get(fact.type);
    if (number === undefined)
      throw new LedgerError('unknown-type', `no touchpoint is called ${fact.type}`, { type: fact.type });
    if (!(Number.isSafeInteger(fact.position) && fact.position >= 0))
      throw new LedgerError('position-too-large', 'a timeline holds positions below 2^53', {
        position: String(fact.position),
      });
    const [bytes, texts] = [this.bytes.length, this.texts.size];
    try {
      this.write(number, fact);
    } catch (error) {
      this.bytes.truncate(bytes);
      for (const [text, known] of this.texts) if (known >= texts) this.texts.delete(text);
      throw error;
    }
    this.at = fact.occurredAt;
    this.position = fact.position;
    this.facts += 1;
    return this;
  }

  private write(number: number, fact: TimelineFact): void {
    this.bytes.whole(number);
    this.bytes.signed(fact.occurredAt - this.at);
    this.bytes.whole(fact.sequence);
    this.bytes.signed(fact.position - this.position);
    if (!this.bytes.uuid(fact.eventId)) throw malformed('the event id is no UUID');
    this.fields(this.layout.kinds[number]!.fields, fact.data as Values);
  }

  private fields(fields: readonly FieldLayout[], values: Values): void {
    let count = fields.length;
    while (count > 0 && (values[fields[count - 1]!.name] ?? null) === null) count--;
    this.bytes.whole(count);
    for (let i = 0; i < count; i++) this.field(fields[i]!, values[fields[i]!.name]);
  }

  private field({ name, nested }: FieldLayout, value: unknown): void {
    if (value === undefined || value === null || nested === undefined) this.value(name, value);
    else if (nested.list) {
      if (!Array.isArray(value)) throw malformed(`the fact \`${name}\` is no list`);
      this.tagged(TAG.list, value.length);
      for (const item of value) this.object(name, nested.fields, item);
    } else {
      this.tagged(TAG.object, 0);
      this.object(name, nested.fields, value);
    }
  }

  private object(name: string, fields: readonly FieldLayout[], value: unknown): void {
    if (typeof value !== 'object' || value === null) throw malformed(`the fact \`${name}\` is no object`);
    this.fields(fields, value as Values);
  }

  private value(name: string, value: unknown): void {
    if (typeof value === 'string') this.text(value);
    else if (typeof value === 'number') this.number(value);
    else if (value === undefined || value === null) this.tagged(TAG.constant, 0);
    else if (typeof value === 'boolean') this.tagged(TAG.constant, value ? 2 : 1);
    else throw malformed(`the fact \`${name}\` is neither text, number nor flag`);
  }

  private text(value: string): void {
    const number = this.texts.get(value);
    if (number !== undefined) return this.tagged(TAG.textAgain, number);
    this.texts.set(value, this.texts.size);
    this.tagged(TAG.text, 0);
    this.bytes.text(value);
  }

  private number(value: number): void {
    if (Number.isSafeInteger(value) && value >= 0 && !Object.is(value, -0)) this.tagged(TAG.whole, value);
    else {
      this.tagged(TAG.double, 0);
      this.bytes.double(value);
    }
  }

  /** A tag of three bits with a small number beside it, or behind it where it is larger. */
  private tagged(tag: number, number: number): void {
    if (number < LARGER) this.bytes.byte(tag | (number << 3));
    else {
      this.bytes.byte(tag | (LARGER << 3));
      this.bytes.whole(number);
    }
  }
}

function malformed(message: string): LedgerError {
  return new LedgerError('malformed-event', message);
}

/** The form of the bytes; another form would have another number. */
export const FORM = 1;
/** Beside a tag: the number follows. */
export const LARGER = 31;

const numbers = new WeakMap<FactLayout, ReadonlyMap<string, number>>();

function numbersOf(layout: FactLayout): ReadonlyMap<string, number> {
  let found = numbers.get(layout);
  if (found === undefined)
    numbers.set(layout, (found = new Map(layout.kinds.map(({ name }, number) => [name, number]))));
  return found;
}
