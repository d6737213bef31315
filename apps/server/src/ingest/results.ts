import { LedgerError, LIMITS } from '#event-sourcing';
import { isPretended } from '#intake';
import type { IntakeAnswer, IntakeProblem } from '#intake';
import type { Answer, Problem } from '#api';
import { problem } from '#platform';

type Recorded = Exclude<IntakeAnswer, { readonly status: 'rejected' }>;

/**
 * Puts results together for one answer: problems and warnings are given in full until they fill
 * `LIMITS.problemBytes`, from then on problems by their type alone and no warnings, so that a small request cannot
 * draw a large answer.
 */
export class ResultWriter {
  private problemBytes = 0;

  resultOf(answer: IntakeAnswer): Answer<'Result'> {
    if (answer.status !== 'rejected') {
      const { id, status, position, revision } = answer;
      const place = isPretended(position) ? {} : { position: position.toString(), revision };
      return { id, status, ...place, ...this.warningsOf(answer) };
    }
    return { id: answer.id ?? null, status: 'rejected', problem: this.problemOf(answer.problem) };
  }

  private warningsOf({ warnings }: Recorded): Pick<Answer<'Result'>, 'warnings'> {
    if (warnings === undefined || this.problemBytes > LIMITS.problemBytes) return {};
    this.problemBytes += JSON.stringify(warnings).length;
    return { warnings };
  }

  private problemOf({ code, detail, errors }: IntakeProblem): Problem {
    if (this.problemBytes > LIMITS.problemBytes) return problem(code, 'see the first refusals');
    const full = problem(code, detail, errors && { errors });
    this.problemBytes += JSON.stringify(full).length;
    return full;
  }
}

/**
 * The results of a request. Throws the problem of the single event that was refused; for an atomic request of which
 * anything was refused, `none-recorded` with the results of all.
 */
export function resultsOf(
  answers: readonly IntakeAnswer[],
  sent: { batch: boolean; atomic: boolean },
): Answer<'Results'> {
  const [first] = answers;
  if (!sent.batch && first?.status === 'rejected') {
    const { code, detail, errors } = first.problem;
    throw new LedgerError(code, detail, { id: first.id, ...(errors && { faults: errors }) });
  }
  const writer = new ResultWriter();
  const results = answers.map((answer) => writer.resultOf(answer));
  if (sent.atomic && answers.some(({ status }) => status === 'rejected')) {
    throw new LedgerError(
      'none-recorded',
      'an event was refused, so none of this atomic request was recorded',
      { results },
    );
  }
  return { results };
}
