import { constants } from 'node:os';
import type { ChildProcess } from 'node:child_process';
import type { Output } from '../output/print.js';
import { isReady, runningServer, until, type ServerFile } from './running-server.js';
import { startServer } from './spawned-server.js';

const START_MILLIS = 120_000;

/** A server that speaks to the terminal itself and ends with it: signals go on to it, its exit code becomes ours. */
export class ForegroundServer {
  /** Settles when the process is gone. */
  readonly ended: Promise<void>;
  private readonly child: ChildProcess;

  /** With `--json` its words go to standard error: standard output is for the one value. */
  constructor(env: NodeJS.ProcessEnv, { json }: Output) {
    this.child = startServer(env, ['inherit', json ? 2 : 'inherit', 'inherit']);
    this.ended = new Promise((resolve) => {
      this.child.on('exit', (code, signal) => {
        process.exitCode = code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
        resolve();
      });
    });
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      process.on(signal, () => this.passOn(signal));
  }

  /** Waits until it takes requests; undefined when it ended before. */
  async ready(folder: string): Promise<ServerFile | undefined> {
    const found = await until(async () => {
      if (this.child.exitCode !== null || this.child.signalCode !== null) return 'ended';
      const running = runningServer(folder);
      return running !== undefined && running.pid === this.child.pid && (await isReady(running))
        ? running
        : undefined;
    }, START_MILLIS);
    return found === 'ended' ? undefined : found;
  }

  stop(): void {
    this.child.kill('SIGTERM');
  }

  /** A terminal tells both of us about its interrupt. */
  private passOn(signal: NodeJS.Signals): void {
    if (signal !== 'SIGINT' || process.stdin.isTTY !== true) this.child.kill(signal);
  }
}
