import { LedgerError, uuidBytes } from '#event-sourcing';
import type { TimelineFact } from '../timeline-fact.js';
import { ByteWriter } from './byte-writer.js';
import type { FactLayout, FieldLayout } from './fact-layout.js';
import { TAG } from './value-tags.js';

type Values = { readonly [field: string]: unknown };

/** Positions in a timeline are plain numbers. */
const MOST = Number.MAX_SAFE_INTEGER;

/**
 * Packs facts of one customer, in business order, into a chunk: after a header (form, layout) each fact as the
 * differences to the one before, 16 bytes of event id, and its values by the layout's order; text that occurred before
 * in the chunk is its number. Some 40 bytes a fact.
 */
export class ChunkWriter {
  private readonly bytes = new ByteWriter();
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

  /** Facts in it so far. */
  get count(): number {
    return this.facts;
  }

  /** The chunk as it is now. */
  get chunk(): Uint8Array {
    return this.bytes.written;
  }

  /** Adds the next fact. Throws LedgerError for a touchpoint that the layout has not, and for a position from 2^53 on. */
  add(fact: TimelineFact): this {
    const number = this.kinds.get(fact.type);
    if (number === undefined)
      throw new LedgerError('unknown-type', `no touchpoint is called ${fact.type}`, { type: fact.type });
    if (!(fact.position >= 0 && fact.position <= MOST))
      throw new LedgerError('position-too-large', 'a timeline holds positions below 2^53', {
        position: String(fact.position),
      });
    this.bytes.whole(number);
    this.bytes.signed(fact.occurredAt - this.at);
    this.bytes.whole(fact.sequence);
    this.bytes.signed(fact.position - this.position);
    this.bytes.raw(uuidBytes(fact.eventId));
    this.fields(this.layout.kinds[number]!.fields, fact.data as Values);
    this.at = fact.occurredAt;
    this.position = fact.position;
    this.facts += 1;
    return this;
  }

  private fields(fields: readonly FieldLayout[], values: Values): void {
    let count = fields.length;
    while (count > 0 && (values[fields[count - 1]!.name] ?? null) === null) count--;
    this.bytes.whole(count);
    for (let i = 0; i < count; i++) this.field(fields[i]!, values[fields[i]!.name]);
  }

  private field({ name, nested }: FieldLayout, value: unknown): void {
    if (value === undefined || value === null || nested === undefined) this.value(name, value ?? null);
    else if (nested.list) {
      const items = value as readonly Values[];
      this.tagged(TAG.list, items.length);
      for (const item of items) this.fields(nested.fields, item);
    } else {
      this.tagged(TAG.object, 0);
      this.fields(nested.fields, value as Values);
    }
  }

  private value(name: string, value: unknown): void {
    if (value === null) this.tagged(TAG.constant, 0);
    else if (value === false) this.tagged(TAG.constant, 1);
    else if (value === true) this.tagged(TAG.constant, 2);
    else if (typeof value === 'string') this.text(value);
    else if (typeof value === 'number') this.number(value);
    else throw new LedgerError('malformed-event', `the fact \`${name}\` is neither text, number nor flag`);
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
