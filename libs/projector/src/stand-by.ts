import { LedgerError } from '#event-sourcing';
import type { ProjectorContext } from './projector-context.js';

/** Whether a commit was refused because another projector works on the same read model. */
export function isOvertaken(error: unknown): boolean {
  return error instanceof LedgerError && error.code === 'another-writer';
}

/** Reads again how far the read model is; answers its number of commits. */
export async function lookAgain(context: ProjectorContext): Promise<number> {
  context.forget();
  await context.begin();
  return context.progress.commits;
}
