import type { Command } from 'commander';
import { command, perform } from '../command.js';
import type { Output } from '../output/print.js';
import { ledgerFolder, type CommonOptions } from '../settings.js';

export function acceptLossCommand(): Command {
  return command({
    usage: 'accept-loss',
    summary:
      'Gives up events that the log has lost, so that the server starts again (after a restored backup without them).',
    example: 'cx accept-loss --data ./data',
  }).action((options: CommonOptions) => perform(options, (output) => acceptLoss(options, output)));
}

async function acceptLoss(options: CommonOptions, output: Output): Promise<void> {
  const folder = ledgerFolder(options);
  const engine = await import('#engines/sqlite');
  const { head, recorded, epoch } = engine.acceptLoss(folder);
  output.result({ folder, head, recorded, epoch });
  output.line(`the event log in ${folder} goes on behind position ${head}, in a new epoch (${epoch})`);
  if (recorded > head)
    output.line(
      `positions ${head + 1} to ${recorded} had events that are lost; new events will have these positions`,
    );
  output.line('the next start makes index and views anew, and Kafka topics get every event again');
}
