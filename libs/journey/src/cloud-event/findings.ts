import { type InputFault, LIMITS, shortened } from '#event-sourcing';
import type { RefusalCode } from './checked-event.js';

/** In order of precedence: an event with several faults gets the first of these codes. */
const PRECEDENCE: readonly RefusalCode[] = [
  'unknown-type',
  'unknown-version',
  'invalid-event',
  'personal-identifier',
  'time-in-future',
];

/** The first faults found in one event, and warnings. */
export class Findings {
  readonly faults: InputFault[] = [];
  readonly warnings: InputFault[] = [];
  readonly #codes = new Set<RefusalCode>();

  add(pointer: string, detail: string, code: RefusalCode = 'invalid-event'): void {
    this.#codes.add(code);
    if (this.faults.length >= LIMITS.jsonFaults) return;
    this.faults.push({ pointer: shortened(pointer, LIMITS.pointer), detail });
  }

  addAll(prefix: string, faults: readonly InputFault[]): void {
    for (const { pointer, detail } of faults) this.add(prefix + pointer, detail);
  }

  warn(pointer: string, detail: string): void {
    if (this.warnings.length < LIMITS.jsonFaults)
      this.warnings.push({ pointer: shortened(pointer, LIMITS.pointer), detail });
  }

  /** `time-in-future` only where the time is the only fault: such an event becomes valid later. */
  get code(): RefusalCode {
    return PRECEDENCE.find((code) => this.#codes.has(code)) ?? 'invalid-event';
  }
}
