import { type InputFault, LIMITS } from '#event-sourcing';
import type { AppendOutcome } from '#event-store';
import type { CheckedEvent } from '#journey';
import type { IntakeAnswer, IntakeProblem } from './intake-answer.js';

/** The answer for an event that was appended. `differs`: where a reused id has other content, if that is known. */
export function answerTo(
  { source }: CheckedEvent,
  id: string,
  outcome: AppendOutcome,
  warnings: readonly InputFault[],
  differs: readonly string[] = [],
): IntakeAnswer {
  switch (outcome.status) {
    case 'recorded':
    case 'duplicate': {
      const { status, position, revision } = outcome;
      return { status, id, position, revision, ...(warnings.length > 0 && { warnings }) };
    }
    case 'reused':
      return rejected(id, reused(id, source, differs));
    case 'damaged': {
      const detail = `an event with the id ${id} of ${source} is recorded at position ${outcome.position}, where the event log is damaged: restore the log from a backup`;
      return rejected(id, { code: 'event-damaged', detail });
    }
    case 'abandoned':
      return rejected(id, ABANDONED);
  }
}

function reused(id: string, source: string, differs: readonly string[]): IntakeProblem {
  const detail = `the id ${id} of ${source} is already used by another event: ids are never used again`;
  const errors = differs.map((pointer) => ({
    pointer,
    detail: DIFFERS[pointer] ?? 'differs from the recorded event',
  }));
  return { code: 'id-reused', detail, errors: [{ pointer: '/id', detail }, ...errors] };
}

const DIFFERS: Readonly<Record<string, string>> = {
  '/data': 'a personal field, or one that the schema does not know, differs from the recorded event',
};

/** An event of an atomic request of which another event was refused. */
export const ABANDONED: IntakeProblem = {
  code: 'abandoned',
  detail: 'another event of this atomic request was refused, so none was recorded',
};

export function rejected(id: string | undefined, problem: IntakeProblem): IntakeAnswer {
  return id === undefined ? { status: 'rejected', problem } : { status: 'rejected', id, problem };
}

/** The id of an input as it was sent; undefined when it has no usable one. */
export function sentIdOf(input: unknown): string | undefined {
  const id = (input as { id?: unknown } | null | undefined)?.id;
  return typeof id === 'string' && id.length <= LIMITS.idBytes ? id : undefined;
}
