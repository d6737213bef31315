/** The command could not do what it was asked: exit code 1, one clear message with the fix. */
export class Failure extends Error {
  constructor(
    /** Stable, kebab-case, for `--json`. */
    readonly code: string,
    message: string,
    readonly details: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
  }
}

/** The command was written wrongly: exit code 2. */
export class WrongUsage extends Failure {
  constructor(message: string) {
    super('wrong-usage', message);
  }
}
