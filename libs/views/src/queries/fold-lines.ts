import { InvalidInput } from '#event-sourcing';
import { fromMillionths, millionths } from '#scoring';

/** A line of an explanation, as far as it is summed up. */
interface Line {
  readonly occurredAt: string;
  readonly type: string;
  readonly change: number;
  readonly scoreAfter: number | null;
  readonly excessChange?: number;
  readonly excessAfter?: number | null;
  readonly bandAfter?: string;
  readonly text?: string;
}

/** Lines of an explanation that have something in common. */
export interface LineGroup {
  readonly group: string;
  readonly change: number;
  readonly excessChange?: number;
  readonly lines: number;
  readonly firstAt: string;
  readonly lastAt: string;
}

export const GROUPINGS = ['cause', 'day'] as const;
export type Grouping = (typeof GROUPINGS)[number];

/** The type of a line that stands for some small ones behind one another. */
const SMALL = 'small-changes';

/** The smallest change that is a line of its own, in millionths. Throws `invalid-question`. */
export function smallestOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() !== '' && value >= 0 && value <= 100) return millionths(value);
  throw new InvalidInput('invalid-question', 'smallest is not a number from 0 to 100', [
    { pointer: '/smallest', detail: 'must be a number from 0 to 100, like 0.001' },
  ]);
}

/** Several lines as one. */
type SummedLine = Line & { readonly lines: number; readonly text: string };

/** Each run of lines that change less than `smallest` (millionths) as one line, with their exact sum. */
export function foldSmall<L extends Line>(
  lines: readonly L[],
  smallest: number,
): readonly (L | SummedLine)[] {
  const folded: (L | SummedLine)[] = [];
  let run: L[] = [];
  const endRun = () => {
    if (run.length > 1) folded.push(oneOf(run));
    else folded.push(...run);
    run = [];
  };
  for (const line of lines) {
    if (Math.abs(millionths(line.change)) < smallest) run.push(line);
    else {
      endRun();
      folded.push(line);
    }
  }
  endRun();
  return folded;
}

function oneOf(run: readonly Line[]): SummedLine {
  const { occurredAt, scoreAfter, excessAfter } = run.at(-1)!;
  const bandAfter = run.findLast((line) => line.bandAfter !== undefined)?.bandAfter;
  return {
    ...{ occurredAt, type: SMALL, text: `${run.length} small changes`, change: sumOf(run), scoreAfter },
    ...excessSumOf(run),
    ...(excessAfter !== undefined && { excessAfter }),
    ...(bandAfter !== undefined && { bandAfter }),
    lines: run.length,
  };
}

/** All lines by what caused them, the greatest change first; or by UTC day, the first day first. The sums are exact. */
export function groupLines(lines: readonly Line[], by: Grouping): readonly LineGroup[] {
  const groups = new Map<string, Line[]>();
  for (const line of lines) {
    const key = by === 'cause' ? line.type : line.occurredAt.slice(0, 10);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [line]);
    else group.push(line);
  }
  const summed = [...groups].map(([group, own]) => ({
    group,
    change: sumOf(own),
    ...excessSumOf(own),
    lines: own.length,
    firstAt: own[0]!.occurredAt,
    lastAt: own.at(-1)!.occurredAt,
  }));
  if (by === 'day') return summed;
  return summed.sort((a, b) => Math.abs(b.change) - Math.abs(a.change) || (a.group < b.group ? -1 : 1));
}

function excessSumOf(lines: readonly Line[]): { readonly excessChange?: number } {
  if (lines.every(({ excessChange }) => excessChange === undefined)) return {};
  const sum = lines.reduce((total, { excessChange = 0 }) => total + millionths(excessChange), 0);
  return { excessChange: fromMillionths(sum) };
}

function sumOf(lines: readonly Line[]): number {
  return fromMillionths(lines.reduce((sum, { change }) => sum + millionths(change), 0));
}
