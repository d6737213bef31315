import type { InputFault } from '#event-sourcing';
import { suggestion } from './suggestion.js';

type Fields = { readonly [name: string]: unknown };

/**
 * A part of a parsed document. Its readers collect faults (each with its RFC 6901 pointer) and return undefined,
 * so that all faults are reported at once.
 */
export class DocumentPart {
  constructor(
    readonly value: unknown,
    readonly pointer: string,
    private readonly faults: InputFault[],
  ) {}

  fault(detail: string): undefined {
    this.faults.push({ pointer: this.pointer, detail });
    return undefined;
  }

  at(name: string | number): DocumentPart {
    const step = String(name).replaceAll('~', '~0').replaceAll('/', '~1');
    const inner =
      isFields(this.value) || Array.isArray(this.value) ? (this.value as Fields)[name] : undefined;
    return new DocumentPart(inner, `${this.pointer}/${step}`, this.faults);
  }

  get absent(): boolean {
    return this.value === undefined || this.value === null || this.value === '';
  }

  /** The parts by name; with `known`, a name that is none of them is a fault. */
  fields(known?: readonly string[]): ReadonlyMap<string, DocumentPart> {
    const parts = new Map<string, DocumentPart>();
    if (!isFields(this.value)) {
      if (!this.absent) this.fault('must be names with values');
      return parts;
    }
    for (const name of Object.keys(this.value)) {
      const part = this.at(name);
      if (known === undefined || known.includes(name)) parts.set(name, part);
      else part.fault(`"${name}" is unknown here${suggestion(name, known)}`);
    }
    return parts;
  }

  items(): readonly DocumentPart[] {
    if (Array.isArray(this.value)) return this.value.map((_, i) => this.at(i));
    if (!this.absent) this.fault('must be a list');
    return [];
  }

  /** Text that must be there. */
  text(what: string): string | undefined {
    if (this.absent) return this.fault(`is missing: ${what}`);
    return scalarText(this.value) ?? this.fault(`must be text: ${what}`);
  }

  /** One word or a list of words. */
  words(): readonly string[] | undefined {
    if (this.absent) return undefined;
    const list = Array.isArray(this.value) ? (this.value as unknown[]) : [this.value];
    const words = list.map(scalarText);
    if (words.every((word) => word !== undefined)) return words;
    return this.fault('must be a word or a list of words');
  }

  flag(otherwise: boolean): boolean {
    if (this.absent) return otherwise;
    const word = scalarText(this.value);
    if (word === 'true' || word === 'false') return word === 'true';
    this.fault('must be true or false');
    return otherwise;
  }

  /** One of a few words. */
  choice<T extends string>(choices: readonly T[], otherwise: T): T {
    if (this.absent) return otherwise;
    const word = scalarText(this.value);
    const found = choices.find((choice) => choice === word);
    if (found === undefined)
      this.fault(`"${word ?? typeof this.value}" is not known here${suggestion(word ?? '', choices)}`);
    return found ?? otherwise;
  }
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Every scalar as text: YAML is best read with all scalars as written (`TRUE` is not `true` in a file's cells). */
function scalarText(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}
