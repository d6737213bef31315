import type { Command } from 'commander';
import { command, perform } from '../command.js';
import { Failure, WrongUsage } from '../failure.js';
import { ForegroundServer } from '../server/foreground-server.js';
import { runningServer } from '../server/running-server.js';
import { serverEnvironment } from '../server/spawned-server.js';
import { dataFolder, wholeNumber, type CommonOptions } from '../settings.js';
import type { Output } from '../output/print.js';

interface ServeOptions extends CommonOptions {
  readonly port?: number;
  readonly host?: string;
  readonly role?: string;
}

/** As in `SERVER_ROLES` of the platform, which takes too long to load for a command. */
const ROLES = ['ingest', 'project', 'query', 'audit'];

export function serveCommand(): Command {
  return command({
    usage: 'serve',
    summary: 'Run the server until it is stopped (Ctrl-C). Everything acknowledged is on disk.',
    example: 'cx serve --port 8080 --data ./data',
  })
    .option(
      '--port <port>',
      'where to listen (else CX_PORT, or 8080); 0 takes a free one',
      wholeNumber('--port', 0, 65_535),
    )
    .option('--host <address>', 'the address to listen on (else CX_HOST, or 127.0.0.1)')
    .option(
      '--role <roles>',
      `some of ${ROLES.join(',')} (else CX_ROLE, or all); over an embedded store one process at a time`,
    )
    .action((options: ServeOptions) => perform(options, (output) => serve(options, output)));
}

async function serve(options: ServeOptions, output: Output): Promise<void> {
  checkRoles(options.role);
  const folder = dataFolder(options);
  const running = await runningServer(folder);
  if (running !== undefined) {
    throw new Failure(
      'already-running',
      `a server runs on ${folder} already, at ${running.url} (process ${running.pid})`,
      {
        url: running.url,
        pid: running.pid,
      },
    );
  }
  const server = new ForegroundServer(
    serverEnvironment(options.data === undefined ? undefined : folder, changesOf(options)),
    output,
  );
  if (output.json) {
    const started = await server.ready(folder);
    if (started !== undefined) output.result({ url: started.url, pid: started.pid });
  }
  await server.ended;
}

function checkRoles(role: string | undefined): void {
  const unknown = role?.split(',').find((name) => !ROLES.includes(name));
  if (unknown !== undefined)
    throw new WrongUsage(`--role: "${unknown}" is no role; there are ${ROLES.join(', ')}`);
}

function changesOf({ port, host, role }: ServeOptions): NodeJS.ProcessEnv {
  return {
    ...(role !== undefined && { CX_ROLE: role }),
    ...(port !== undefined && { CX_PORT: String(port) }),
    ...(host !== undefined && { CX_HOST: host }),
  };
}
