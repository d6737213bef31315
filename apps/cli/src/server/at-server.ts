import { perform } from '../command.js';
import type { Output } from '../output/print.js';
import type { CommonOptions } from '../settings.js';
import type { Client } from './client.js';
import { withClient } from './with-client.js';

/** Does the work of a command with a client of the ledger's server: see `perform` and `withClient`. */
export function atServer(
  options: CommonOptions & { readonly tenant?: string },
  work: (client: Client, output: Output) => Promise<void>,
): Promise<void> {
  return perform(options, (output) => withClient(options, (client) => work(client, output)));
}
