import { perform } from '../command.js';
import type { Output } from '../output/print.js';
import type { CommonOptions } from '../settings.js';
import type { Client, Query } from './client.js';
import { withClient } from './with-client.js';

/** Does the work of a command with a client of the ledger's server: see `perform` and `withClient`. */
export function atServer(
  options: CommonOptions,
  work: (client: Client, output: Output) => Promise<void>,
): Promise<void> {
  return perform(options, (output) => withClient(options, (client) => work(client, output)));
}

/** The parameters of a request among a command's options: those that not every command has. */
export function parametersIn({
  tenant: _1,
  json: _2,
  data: _3,
  purpose: _4,
  ...options
}: CommonOptions): Query {
  return options as Query;
}
