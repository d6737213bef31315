import { LIMITS } from './limits.js';

/**
 * The RFC 6901 pointer of a place, bounded in length however long the names on the way are: what is cut off ends in
 * `…`, so that a long name is not repeated in every fault beneath it.
 */
export function boundedPointer(steps: readonly (string | number)[]): string {
  let pointer = '';
  for (const step of steps) {
    pointer += `/${escapePointerStep(typeof step === 'number' ? String(step) : shortened(step, LIMITS.pointerStep))}`;
    if (pointer.length > LIMITS.pointer) return shortened(pointer, LIMITS.pointer);
  }
  return pointer;
}

/** A name as a step of a pointer (RFC 6901, section 3). */
export function escapePointerStep(name: string): string {
  return name.includes('~') || name.includes('/') ? name.replaceAll('~', '~0').replaceAll('/', '~1') : name;
}

/** The text, or its beginning with `…` in place of the rest; never half a character. */
export function shortened(text: string, most: number): string {
  if (text.length <= most) return text;
  const last = text.charCodeAt(most - 2);
  const isHighSurrogate = last >= 0xd800 && last <= 0xdbff;
  return `${text.slice(0, isHighSurrogate ? most - 2 : most - 1)}…`;
}
