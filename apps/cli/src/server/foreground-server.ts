import { constants } from 'node:os';
import type { ChildProcess } from 'node:child_process';
import { onInterruption } from '../interruption.js';
import type { Output } from '../output/print.js';
import type { ServerFile } from '#platform';
import { isReady, runningServer, until } from './running-server.js';
import { startServer } from './spawned-server.js';

const START_MILLIS = 120_000;

/** A server that writes to the terminal itself and ends with the command; its exit code becomes the command's. */
export class ForegroundServer {
  /** Settles when the process is gone. */
  readonly ended: Promise<void>;
  private readonly child: ChildProcess;

  /** With `--json` its output goes to standard error: standard output is for the one JSON value. */
  constructor(env: NodeJS.ProcessEnv, { json }: Output) {
    this.child = startServer(env, ['inherit', json ? 2 : 'inherit', 'inherit', 'ipc']);
    this.ended = new Promise((resolve) => {
      this.child.on('exit', (code, signal) => {
        process.exitCode = code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
        resolve();
      });
    });
    onInterruption(() => {
      this.stop();
      return this.ended;
    });
  }

  /** Waits until it takes requests; undefined when it ended before. */
  async ready(folder: string): Promise<ServerFile | undefined> {
    const found = await until(async () => {
      if (this.child.exitCode !== null || this.child.signalCode !== null) return 'ended';
      const running = await runningServer(folder, this.child.pid);
      return running !== undefined && (await isReady(running)) ? running : undefined;
    }, START_MILLIS);
    return found === 'ended' ? undefined : found;
  }

  stop(): void {
    this.child.kill('SIGTERM');
  }
}
