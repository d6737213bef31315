import { LedgerError } from '#event-sourcing';
import type { IntakeAnswer } from '#intake';
import { problem } from '#platform';
import type { Problem } from '#platform';

/** What became of one event, as it is answered. */
export interface ResultOfEvent {
  /** As sent; null when there is none. */
  readonly id: string | null;
  readonly status: IntakeAnswer['status'];
  readonly position?: string;
  readonly revision?: number;
  readonly problem?: Problem;
}

/** The answer to a request of events. */
export interface Results {
  readonly results: readonly ResultOfEvent[];
}

/** The result of one event. */
export function resultOf(answer: IntakeAnswer): ResultOfEvent {
  if (answer.status !== 'rejected') {
    const { id, status, position, revision } = answer;
    return { id, status, position: position.toString(), revision };
  }
  const { code, detail, errors } = answer.problem;
  return { id: answer.id ?? null, status: 'rejected', problem: problem(code, detail, errors && { errors }) };
}

/**
 * The results of a request. Throws the problem of the single event that was refused; for an atomic request of which
 * anything was refused, `none-recorded` with the results of all.
 */
export function resultsOf(
  answers: readonly IntakeAnswer[],
  sent: { batch: boolean; atomic: boolean },
): Results {
  const [first] = answers;
  if (!sent.batch && first?.status === 'rejected') {
    const { code, detail, errors } = first.problem;
    throw new LedgerError(code, detail, { id: first.id, ...(errors && { faults: errors }) });
  }
  const results = answers.map(resultOf);
  if (sent.atomic && answers.some(({ status }) => status === 'rejected')) {
    throw new LedgerError(
      'none-recorded',
      'an event was refused, so none of this atomic request was recorded',
      { results },
    );
  }
  return { results };
}
