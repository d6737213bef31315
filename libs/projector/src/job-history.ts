import type { EndedJob, JobRecord, WriterState } from './read-model.js';

/** Jobs that are remembered after their end. */
const REMEMBERED = 20;

/** Stored jobs, by whether they have ended. */
export function jobsOf(stored: readonly (JobRecord | EndedJob)[]): Pick<WriterState, 'jobs' | 'endedJobs'> {
  const endedJobs = stored.filter(isEnded);
  return {
    jobs: stored.filter((job) => !isEnded(job)),
    endedJobs: endedJobs.sort((a, b) => Date.parse(a.endedAt) - Date.parse(b.endedAt) || a.id - b.id),
  };
}

function isEnded(job: JobRecord | EndedJob): job is EndedJob {
  return 'endedAt' in job;
}

/** The ended jobs with those that have just ended, and the numbers of those for which there is no room any more. */
export function remember(
  before: readonly EndedJob[],
  ended: readonly EndedJob[],
): { readonly endedJobs: readonly EndedJob[]; readonly forgottenJobs: readonly number[] } {
  const all = [...before, ...ended];
  const forgotten = all.splice(0, Math.max(0, all.length - REMEMBERED));
  return { endedJobs: all, forgottenJobs: forgotten.map(({ id }) => id) };
}
