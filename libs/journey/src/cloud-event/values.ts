import { escapePointerStep, LIMITS } from '#event-sourcing';
import { isWellFormed } from '../text.js';
import type { Findings } from './findings.js';

/**
 * Searches a JSON value for what canonical JSON (RFC 8785) does not preserve (numbers that a double cannot hold
 * exactly, lone surrogates) and for nesting and counts beyond the limits. True when nothing was found.
 */
export function checkValues(value: unknown, pointer: string, found: Findings): boolean {
  const before = found.faults.length;
  new Walk(found).visit(value, pointer, 1);
  return found.faults.length === before;
}

class Walk {
  #left: number = LIMITS.eventValues;

  constructor(readonly found: Findings) {}

  visit(value: unknown, pointer: string, depth: number): void {
    if (typeof value === 'string') {
      if (!isWellFormed(value))
        this.found.add(pointer, 'the text holds half a character (a lone surrogate); cut it elsewhere');
    } else if (typeof value === 'number') {
      this.#number(value, pointer);
    } else if (typeof value === 'object' && value !== null) {
      this.#container(value, pointer, depth);
    }
  }

  #number(value: number, pointer: string): void {
    if (!Number.isFinite(value)) this.found.add(pointer, 'the number is too large for JSON; send it as text');
    else if (Math.abs(value) > Number.MAX_SAFE_INTEGER) {
      this.found.add(pointer, 'the number is beyond 2^53 and may have lost digits; send it as text');
    }
  }

  #container(value: object, pointer: string, depth: number): void {
    if (depth > LIMITS.eventDepth) {
      this.found.add(
        pointer,
        `objects and lists may be nested ${LIMITS.eventDepth} levels deep; make it flatter`,
      );
      return;
    }
    const names = Object.keys(value);
    this.#left -= names.length;
    if (this.#left < 0) {
      this.found.add(pointer, `an event may hold ${LIMITS.eventValues} values; split it`);
      return;
    }
    const list = Array.isArray(value);
    for (const name of names) {
      if (!list && !isWellFormed(name)) this.found.add(pointer, 'the name of a field holds half a character');
      const member = (value as Record<string, unknown>)[name];
      if (typeof member === 'boolean' || member === null) continue;
      if (typeof member === 'string' && isWellFormed(member)) continue;
      this.visit(member, `${pointer}/${escapePointerStep(name)}`, depth + 1);
      if (this.#left < 0) return;
    }
  }
}
