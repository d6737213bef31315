import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, CommanderError } from 'commander';
import { reportError } from './command.js';
import { backupCommand } from './commands/backup.js';
import { backtestCommand, calibrateCommand } from './commands/calibrate.js';
import { alertsCommand } from './commands/alerts.js';
import { acceptLossCommand } from './commands/accept-loss.js';
import { copyCommand } from './commands/copy.js';
import {
  actionsCommand,
  customerCommand,
  customersCommand,
  issuesCommand,
  promisesCommand,
} from './commands/customers.js';
import { deadLettersCommand } from './commands/dead-letters.js';
import { demoCommand } from './commands/demo.js';
import { accessCommand } from './commands/access.js';
import { eraseCommand, erasuresCommand } from './commands/erase.js';
import { exportCommand } from './commands/export.js';
import { explainCommand } from './commands/explain.js';
import { importCommand } from './commands/import.js';
import { jobsCommand } from './commands/jobs.js';
import { keysCommand } from './commands/keys.js';
import { insightsCommand } from './commands/insights.js';
import { measureCommand, measuresCommand } from './commands/measures.js';
import { mergeCommand, unmergeCommand } from './commands/merge.js';
import { overviewCommands } from './commands/overviews.js';
import { policiesCommand } from './commands/policies.js';
import { rebuildCommand } from './commands/rebuild.js';
import { replayCommand } from './commands/replay.js';
import { restoreCommand } from './commands/restore.js';
import { serveCommand } from './commands/serve.js';
import { statusCommand } from './commands/status.js';
import { summaryCommand } from './commands/summary.js';
import { tenantsCommand } from './commands/tenants.js';
import { timelineCommand } from './commands/timeline.js';
import { verifyCommand } from './commands/verify.js';
import { WrongUsage } from './failure.js';
import { endWhenTold } from './interruption.js';
import { Output } from './output/print.js';
import { readDotEnv } from './settings.js';

const PACKAGE = join(import.meta.dirname, '..', '..', '..', '..', 'package.json');

/** Every command, under the heading of what it is for. */
const COMMANDS = {
  'Run:': [serveCommand(), demoCommand(), statusCommand(), tenantsCommand(), keysCommand()],
  'Take in:': [importCommand(), deadLettersCommand(), mergeCommand(), unmergeCommand()],
  'Read:': [
    customersCommand(),
    customerCommand(),
    issuesCommand(),
    promisesCommand(),
    actionsCommand(),
    summaryCommand(),
    alertsCommand(),
    measuresCommand(),
    measureCommand(),
    ...overviewCommands(),
    insightsCommand(),
  ],
  'Decide how scores and service levels are computed:': [
    policiesCommand(),
    calibrateCommand(),
    backtestCommand(),
  ],
  'Audit:': [
    explainCommand(),
    replayCommand(),
    timelineCommand(),
    verifyCommand(),
    exportCommand(),
    accessCommand(),
    eraseCommand(),
    erasuresCommand(),
  ],
  'Operate:': [
    rebuildCommand(),
    jobsCommand(),
    backupCommand(),
    restoreCommand(),
    copyCommand(),
    acceptLossCommand(),
  ],
};

/** What Commander writes about a wrong call; kept back, so that it can be printed like every other error. */
let written = '';

/** Commander would end the process with 1 at a wrong call; ours is 2, also for what an option's reader refuses. */
function throwErrors(command: Command): void {
  command.exitOverride().configureOutput({ writeErr: (text) => (written += text) });
  for (const inner of command.commands) throwErrors(inner);
}

function program(): Command {
  const { version } = JSON.parse(readFileSync(PACKAGE, 'utf8')) as { version: string };
  const cx = new Command('cx')
    .description(
      'CX Ledger: every touchpoint with a customer recorded, and every view computed from them explained. (Also named cx-ledger.)',
    )
    .version(version, '--version', 'the version of this program')
    .enablePositionalOptions() // an option behind an inner command is that command's own
    .showSuggestionAfterError()
    .addHelpText('after', '\nExample:\n  cx demo --serve\n')
    .addHelpText('after', 'Exit codes: 0 done, 1 failed, 2 wrong usage.\n');
  for (const [heading, commands] of Object.entries(COMMANDS))
    for (const command of commands) cx.addCommand(command.helpGroup(heading).copyInheritedSettings(cx));
  throwErrors(cx);
  return cx;
}

/** A wrong call: one line with the fix, or the help where a command is missing. */
function reportWrongCall({ message, code }: CommanderError, output: Output): void {
  const lacksCommand = code === 'commander.help';
  if (lacksCommand && !output.json) output.note(written.trimEnd());
  else {
    const text = lacksCommand ? 'a command is missing' : message.replace(/^error: /, '').replace('\n', ' ');
    reportError(new WrongUsage(`${text} (--help shows how it is written)`), output);
  }
  process.exitCode = 2;
}

endWhenTold();
const output = new Output(process.argv.includes('--json'));
try {
  readDotEnv();
  await program().parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) reportError(error, output);
  else if (error.exitCode === 0) process.exitCode = 0;
  else reportWrongCall(error, output);
}
