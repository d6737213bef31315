import { InvalidInput } from './errors.js';
import { isLossyNumber } from './json-number.js';
import { boundedPointer } from './json-pointer.js';
import { LIMITS } from './limits.js';

/** What a JSON value cannot keep of its text: where (RFC 6901 pointer, bounded in length) and why. */
export interface JsonFault {
  readonly code: 'duplicate-key' | 'lossy-number' | 'name-too-long';
  readonly pointer: string;
  readonly detail: string;
}

/** What the scan expects next. */
const VALUE = 0;
const VALUE_OR_END = 1;
const KEY = 2;
const KEY_OR_END = 3;
const COMMA_OR_END = 4;
const DONE = 5;

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORDS = ['true', 'false', 'null'];
/** Up to this many members of an object are compared one by one; more are kept in a set. */
const FEW = 12;

/** An object or list that is open at some place of the text. */
interface Open {
  readonly list: boolean;
  /** The list's index or the object's member of the value being read. */
  at: number | string;
  readonly names: string[];
  set?: Set<string>;
}

export interface JsonScanBounds {
  /** Objects and lists within one another. */
  readonly depth: number;
  /** Characters of the value. */
  readonly length: number;
}

/**
 * One walk over one JSON value in a text, token by token, without building it. Linear in the length of the value; what
 * it remembers is bounded by the depth and by the number of faults.
 */
export class JsonScan {
  readonly faults: JsonFault[] = [];
  private readonly stack: Open[] = [];
  private position: number;

  constructor(
    private readonly text: string,
    private readonly start: number,
    private readonly bounds: JsonScanBounds,
  ) {
    this.position = start;
  }

  /** Where the scan has come to: behind the value, or where the text stops being JSON. */
  get end(): number {
    return this.position;
  }

  /**
   * Reads the value; false when the text is not JSON (escapes within texts are not looked at). Throws InvalidInput
   * `too-deep` and `event-too-large`: nothing behind such a place is read.
   */
  run(): boolean {
    for (let expected = VALUE; expected !== DONE;) {
      this.position = skipSpace(this.text, this.position);
      if (this.position >= this.text.length) return false;
      const next = this.step(expected, this.text.charCodeAt(this.position));
      if (next === undefined) return false;
      this.checkBounds();
      expected = next;
    }
    return true;
  }

  private checkBounds(): void {
    const { depth, length } = this.bounds;
    if (this.stack.length > depth) {
      throw this.refusal('too-deep', `is nested more than ${depth} levels deep: make it flatter`);
    }
    if (this.position - this.start > length) {
      throw this.refusal(
        'event-too-large',
        `belongs to a value of more than ${length} characters: send less in one value`,
      );
    }
  }

  /** Reads one token; answers what is expected after it, undefined when the token may not stand here. */
  private step(expected: number, code: number): number | undefined {
    const list = this.stack[this.stack.length - 1]?.list;
    switch (expected) {
      case VALUE_OR_END:
        return code === 0x5d /* ] */ ? this.close() : this.value(code);
      case VALUE:
        return this.value(code);
      case KEY_OR_END:
        return code === 0x7d /* } */ ? this.close() : this.key(code);
      case KEY:
        return this.key(code);
      case COMMA_OR_END:
        if (code === (list ? 0x5d : 0x7d)) return this.close();
        if (code !== 0x2c /* , */) return undefined;
        this.position++;
        if (!list) return KEY;
        (this.stack[this.stack.length - 1]!.at as number)++;
        return VALUE;
      default:
        return undefined;
    }
  }

  private value(code: number): number | undefined {
    if (code === 0x22 /* " */) return this.skipString() ? this.after() : undefined;
    if (code === 0x7b /* { */) return this.open(false);
    if (code === 0x5b /* [ */) return this.open(true);
    if (code === 0x2d /* - */ || (code >= 0x30 && code <= 0x39)) return this.number();
    const word = WORDS.find((candidate) => this.text.startsWith(candidate, this.position));
    if (word === undefined) return undefined;
    this.position += word.length;
    return this.after();
  }

  private open(list: boolean): number {
    this.position++;
    this.stack.push({ list, at: list ? 0 : '', names: [] });
    return list ? VALUE_OR_END : KEY_OR_END;
  }

  private close(): number {
    this.position++;
    this.stack.pop();
    return this.after();
  }

  private after(): number {
    return this.stack.length === 0 ? DONE : COMMA_OR_END;
  }

  private key(code: number): number | undefined {
    const start = this.position;
    if (code !== 0x22 || !this.skipString()) return undefined;
    this.name(this.text.slice(start + 1, this.position - 1));
    this.position = skipSpace(this.text, this.position);
    if (this.text.charCodeAt(this.position) !== 0x3a /* : */) return undefined;
    this.position++;
    return VALUE;
  }

  private name(written: string): void {
    const open = this.stack[this.stack.length - 1]!;
    const name = written.includes('\\') ? unescaped(written) : written;
    open.at = name;
    if (name.length > LIMITS.jsonName) {
      this.fault('name-too-long', `has a name of more than ${LIMITS.jsonName} characters: shorten it`);
      return;
    }
    if (open.set === undefined ? open.names.includes(name) : open.set.has(name)) {
      this.fault('duplicate-key', 'is given twice in one object: remove one of the two');
      return;
    }
    if (open.set !== undefined) open.set.add(name);
    else if (open.names.push(name) > FEW) open.set = new Set(open.names);
  }

  private number(): number | undefined {
    NUMBER.lastIndex = this.position;
    const digits = NUMBER.exec(this.text)?.[0];
    if (digits === undefined) return undefined;
    this.position += digits.length;
    if (isLossyNumber(digits)) {
      this.fault('lossy-number', 'is more than a double keeps: send it as text, or with at most 15 digits');
    }
    return this.after();
  }

  /** To behind the closing quote; false when there is none. */
  private skipString(): boolean {
    let end = this.position;
    do end = this.text.indexOf('"', end + 1);
    while (end !== -1 && this.isEscaped(end));
    if (end !== -1) this.position = end + 1;
    return end !== -1;
  }

  private isEscaped(at: number): boolean {
    let slashes = 0;
    while (this.text.charCodeAt(at - 1 - slashes) === 0x5c /* \ */) slashes++;
    return slashes % 2 === 1;
  }

  private fault(code: JsonFault['code'], detail: string): void {
    if (this.faults.length >= LIMITS.jsonFaults) return;
    this.faults.push({ code, pointer: this.pointer(), detail });
  }

  private refusal(code: string, detail: string): InvalidInput {
    const pointer = this.pointer();
    return new InvalidInput(code, `${pointer || 'the value'} ${detail}`, [{ pointer, detail }]);
  }

  private pointer(): string {
    return boundedPointer(this.stack.map(({ at }) => at));
  }
}

/** The first place at or behind `from` that is not white space. */
export function skipSpace(text: string, from: number): number {
  for (let at = from; ; at++) {
    const code = text.charCodeAt(at);
    if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return at;
  }
}

function unescaped(written: string): string {
  try {
    return JSON.parse(`"${written}"`) as string;
  } catch {
    return written;
  }
}
