/** What a JSON value cannot keep of its text: where (RFC 6901 pointer) and why. */
export interface JsonFault {
  readonly code: 'duplicate-key' | 'lossy-number' | 'too-deep';
  readonly pointer: string;
  readonly detail: string;
}

/** What the scan expects next. */
const VALUE = 0;
const VALUE_OR_END = 1;
const KEY = 2;
const KEY_OR_END = 3;
const COMMA_OR_END = 4;
const NOTHING = 5;

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORDS = ['true', 'false', 'null'];
/** Digits that a double keeps whatever they are. */
const SAFE_LENGTH = 15;
/** An object of more members keeps them in a set. */
const FEW = 12;
/** More faults than these help nobody. */
const MOST_FAULTS = 1_000;

/** An object or list that is open at some place of the text. */
interface Open {
  readonly list: boolean;
  /** The list's index or the object's member of the value being read. */
  at: number | string;
  readonly names: string[];
  set?: Set<string>;
}

/** One walk over a JSON text, token by token, without building its value. */
export class JsonScan {
  readonly faults: JsonFault[] = [];
  private readonly stack: Open[] = [];
  private position = 0;

  constructor(
    private readonly text: string,
    private readonly depth: number,
  ) {}

  /** Where the text stops being JSON; undefined when it is (escapes within texts are not looked at), or too deep. */
  run(): number | undefined {
    let expected = VALUE;
    for (;;) {
      this.skipSpace();
      if (this.position >= this.text.length) return expected === NOTHING ? undefined : this.position;
      const next = this.step(expected, this.text.charCodeAt(this.position));
      if (next === undefined) return this.position;
      if (this.stack.length > this.depth) {
        this.fault('too-deep', `is nested more than ${this.depth} deep`);
        return undefined;
      }
      expected = next;
    }
  }

  /** Reads one token; answers what is expected after it, undefined when it may not stand here. */
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
    return this.stack.length === 0 ? NOTHING : COMMA_OR_END;
  }

  private key(code: number): number | undefined {
    const start = this.position;
    if (code !== 0x22 || !this.skipString()) return undefined;
    this.name(this.text.slice(start + 1, this.position - 1));
    this.skipSpace();
    if (this.text.charCodeAt(this.position) !== 0x3a /* : */) return undefined;
    this.position++;
    return VALUE;
  }

  private name(written: string): void {
    const open = this.stack[this.stack.length - 1]!;
    const name = written.includes('\\') ? unescaped(written) : written;
    open.at = name;
    if (open.set === undefined ? open.names.includes(name) : open.set.has(name)) {
      this.fault('duplicate-key', 'stands there twice: which of the two is meant?');
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
    if ((digits.length > SAFE_LENGTH || /[eE]/.test(digits)) && isLossy(digits)) {
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

  private skipSpace(): void {
    for (;;) {
      const code = this.text.charCodeAt(this.position);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
      this.position++;
    }
  }

  private fault(code: JsonFault['code'], detail: string): void {
    if (this.faults.length >= MOST_FAULTS) return;
    const pointer = this.stack
      .map(({ at }) => `/${String(at).replaceAll('~', '~0').replaceAll('/', '~1')}`)
      .join('');
    this.faults.push({ code, pointer, detail });
  }
}

function unescaped(written: string): string {
  try {
    return JSON.parse(`"${written}"`) as string;
  } catch {
    return written;
  }
}

/** Whether the number that ECMAScript makes of the digits has another value than they. */
function isLossy(digits: string): boolean {
  const value = Number(digits);
  return !Number.isFinite(value) || decimal(digits) !== decimal(String(value));
}

/** A decimal number's digits without leading and trailing zeros, with its exponent: equal for equal values. */
function decimal(digits: string): string {
  const [, sign, whole, fraction = '', exponent = '0'] = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(
    digits,
  )!;
  const significant = `${whole}${fraction}`.replace(/^0+/, '');
  const trimmed = significant.replace(/0+$/, '');
  if (trimmed === '') return '0';
  const power = Number(exponent) - fraction.length + (significant.length - trimmed.length);
  return `${sign}${trimmed}e${power}`;
}
