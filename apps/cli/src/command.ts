import { Command, Option } from 'commander';
import { LedgerError } from '#event-sourcing';
import { Failure, WrongUsage } from './failure.js';
import { Output } from './output/print.js';
import { RefusedByServer } from './server/problem-answer.js';
import { type CommonOptions, purposeText } from './settings.js';

/** What a command needs besides its own options. */
export interface CommandHelp {
  /** Name and arguments, as `explain <customer> [view]`. */
  readonly usage: string;
  readonly summary: string;
  /** A call to copy, with what it does. */
  readonly example: string;
}

/** A command with the options that all have. */
export function command({ usage, summary, example }: CommandHelp): Command {
  const [name, ...parts] = usage.split(' ');
  const made = new Command(name);
  if (parts.length > 0) made.arguments(parts.join(' '));
  return made
    .description(summary)
    .option('--json', 'one JSON value on standard output')
    .addOption(new Option('--data <folder>', 'the data folder (else that of CX_STORE, or ./data)'))
    .addHelpText('after', `\nExample:\n  ${example}\n`);
}

/** The same of a command that reads customers' data: why it does can be said to the access log. */
export function readingCommand(help: CommandHelp): Command {
  return command(help).option(
    '--purpose <text>',
    'why the data are read, for the access log (else CX_PURPOSE); no personal data',
    purposeText,
  );
}

/** Does the work of a command and turns every failure into one message and an exit code: 1 failed, 2 wrong usage. */
export async function perform(
  options: CommonOptions,
  work: (output: Output) => Promise<void>,
): Promise<void> {
  const output = new Output(options.json === true);
  try {
    await work(output);
  } catch (error) {
    reportError(error, output);
  }
}

/** Prints what went wrong, always in the same form, and sets the exit code. */
export function reportError(error: unknown, output: Output): void {
  process.exitCode = isWrongUsage(error) ? 2 : 1;
  report(error, output);
}

/** Also what the server could not understand: it came from the command's options. */
function isWrongUsage(error: unknown): boolean {
  return error instanceof WrongUsage || (error instanceof RefusedByServer && error.status === 400);
}

function report(error: unknown, output: Output): void {
  const known = error instanceof Failure || error instanceof LedgerError;
  const code = known ? error.code : ((error as NodeJS.ErrnoException).code ?? 'internal');
  const message = known ? error.message : wordsOfSystemError(error);
  const details = known ? error.details : {};
  if (output.json) output.result({ error: { code, message, ...details } });
  else output.note(`cx: ${message}`);
}

function wordsOfSystemError(error: unknown): string {
  const { code, path, message, stack } = error as NodeJS.ErrnoException;
  switch (code) {
    case 'ENOENT':
      return `there is no file or folder ${path ?? ''}`;
    case 'EISDIR':
      return `${path ?? 'that'} is a folder, and a file is needed`;
    case 'EACCES':
    case 'EPERM':
      return `no permission for ${path ?? 'that'}: give this user the right to it, or choose another place`;
    default:
      return process.env['CXLEDGER_DEBUG'] === undefined ? message : (stack ?? message);
  }
}
