import type { Command } from 'commander';
import { command, perform } from '../command.js';
import type { Output } from '../output/print.js';
import { dataFolder, isEmbedded, ledgerFolder, type CommonOptions } from '../settings.js';

export function acceptLossCommand(): Command {
  return command({
    usage: 'accept-loss',
    summary:
      'Gives up events that the log has lost, so that the server starts again (after a restored backup without them).',
    example: 'cx accept-loss --data ./data',
  }).action((options: CommonOptions) => perform(options, (output) => acceptLoss(options, output)));
}

async function acceptLoss(options: CommonOptions, output: Output): Promise<void> {
  if (isEmbedded(options)) await acceptInFolder(ledgerFolder(options), output);
  else await acceptInEventStoreDb(dataFolder(options), output);
  output.line('the next start makes index and views anew, and Kafka topics get every event again');
}

async function acceptInFolder(folder: string, output: Output): Promise<void> {
  const engine = await import('#engines/sqlite');
  const { head, recorded, epoch } = engine.acceptLoss(folder);
  output.result({ folder, head, recorded, epoch });
  output.line(`the event log in ${folder} goes on behind position ${head}, in a new epoch (${epoch})`);
  if (recorded > head)
    output.line(
      `positions ${head + 1} to ${recorded} had events that are lost; new events will have these positions`,
    );
}

/** `local`: the folder of a server's index, which knows what was recorded. */
async function acceptInEventStoreDb(local: string, output: Output): Promise<void> {
  const [{ acceptLoss: accept }, { lastIndexedEvent }] = await Promise.all([
    import('#engines/eventstoredb'),
    import('#engines/sqlite'),
  ]);
  const epoch = await accept(process.env['CX_STORE']!, lastIndexedEvent(local));
  output.result({ epoch });
  output.line(`the ledger on EventStoreDB goes on behind its last event, in a new epoch (${epoch})`);
}
