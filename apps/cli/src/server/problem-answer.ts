import { Failure } from '../failure.js';

/** An answer of the server that is not what was asked for. */
export class RefusedByServer extends Failure {
  constructor(
    readonly status: number,
    problem: {
      readonly type?: string;
      readonly title?: string;
      readonly detail?: string;
      readonly errors?: unknown;
      /** What became of each event of a request that was refused as a whole. */
      readonly results?: unknown;
    },
    readonly retryAfterSeconds: number | undefined,
  ) {
    super(codeOf(problem.type), wordsOf(problem, status), {
      status,
      ...(problem.errors !== undefined && { errors: problem.errors }),
      ...(problem.results !== undefined && { results: problem.results }),
    });
  }
}

function codeOf(type: string | undefined): string {
  return type?.split(':').at(-1) ?? 'refused';
}

/** What a problem (RFC 9457) says, with those of its faults that it does not say already, each on a line. */
function wordsOf(problem: { title?: string; detail?: string; errors?: unknown }, status: number): string {
  const message = problem.detail ?? problem.title ?? `the server answered ${status}`;
  const faults = Array.isArray(problem.errors)
    ? (problem.errors as { pointer?: string; detail?: string }[])
    : [];
  const more = faults.filter(({ detail }) => detail !== undefined && !message.includes(detail));
  return [message, ...more.map(({ pointer, detail }) => `  ${pointer ?? ''} ${detail}`)].join('\n');
}

/** The failure of an answer that is not 2xx; a body that is no problem is quoted in part. */
export async function refusalOf(response: Response): Promise<RefusedByServer> {
  const text = await response.text();
  const wait = Number(response.headers.get('retry-after') ?? NaN);
  const retryAfter = Number.isFinite(wait) ? wait : undefined;
  try {
    return new RefusedByServer(response.status, JSON.parse(text) as object, retryAfter);
  } catch {
    return new RefusedByServer(
      response.status,
      { detail: `the server answered ${response.status}: ${text.slice(0, 200)}` },
      retryAfter,
    );
  }
}
