import { Command, CommanderError } from 'commander';
import { acceptLossCommand } from './commands/accept-loss.js';
import { deadLettersCommand } from './commands/dead-letters.js';
import { demoCommand } from './commands/demo.js';
import { explainCommand } from './commands/explain.js';
import { importCommand } from './commands/import.js';
import { keysCommand } from './commands/keys.js';
import { rebuildCommand } from './commands/rebuild.js';
import { replayCommand } from './commands/replay.js';
import { serveCommand } from './commands/serve.js';
import { statusCommand } from './commands/status.js';
import { WrongUsage } from './failure.js';
import { readDotEnv } from './settings.js';

const COMMANDS = [
  serveCommand(),
  importCommand(),
  statusCommand(),
  rebuildCommand(),
  replayCommand(),
  explainCommand(),
  keysCommand(),
  deadLettersCommand(),
  demoCommand(),
  acceptLossCommand(),
];

/** Commander ends the process with 1 at a wrong call; ours is 2, also for what an option's reader refuses. */
function exitWithTwo(command: Command): void {
  command.exitOverride();
  for (const inner of command.commands) exitWithTwo(inner);
}

function program(): Command {
  const cx = new Command('cx')
    .description(
      'CX Ledger: every touchpoint recorded for ever; loyalty, churn risk and unresolved issues, explained.',
    )
    .enablePositionalOptions() // an option behind an inner command is that command's own
    .showSuggestionAfterError()
    .showHelpAfterError('(--help shows how it is written)')
    .addHelpText('after', '\nExample:\n  cx demo --serve\n')
    .addHelpText('after', 'Exit codes: 0 done, 1 failed, 2 wrong usage.\n');
  for (const command of COMMANDS) cx.addCommand(command.copyInheritedSettings(cx));
  exitWithTwo(cx);
  return cx;
}

try {
  readDotEnv();
  await program().parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : 2;
  } else if (error instanceof WrongUsage) {
    process.stderr.write(`cx: ${error.message}\n`);
    process.exitCode = 2;
  } else {
    throw error;
  }
}
