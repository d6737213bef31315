/** What a command wrote to its error output, but the lines that say how far a long one is: they come only when it takes its time. */
export function withoutProgress(errorOutput: string): string {
  return errorOutput.replace(/^(\d+% · )?[\d,.]+ \w+ · [\d,.]+\/s( · .*)?\n/gm, '');
}
