import { setTimeout as sleep } from 'node:timers/promises';
import { Api } from '../kit/api.js';
import { newDataFolder, startServer, StartFailed, type TestServer } from '../kit/server.js';
import type { Random } from './random.js';

/** One server after the other on one data folder. */
export class MortalServer {
  kills = 0;
  /** Kills that came before the server listened. */
  early = 0;
  readonly folder = newDataFolder();
  #server: Promise<TestServer> | undefined;
  #key = '';

  constructor(private readonly env: NodeJS.ProcessEnv) {}

  /** The first start, which makes the key. */
  async start(): Promise<void> {
    this.#server = startServer({ folder: this.folder, env: this.env });
    this.#key = (await this.#server).key;
  }

  /** The server that runs; waits for it. */
  readonly api = async (): Promise<Api> => {
    for (;;) {
      const server = this.#server;
      try {
        return Api.of({ url: (await server!).url, key: this.#key });
      } catch (error) {
        if (!(error instanceof StartFailed) || server === this.#server) throw error;
      }
    }
  };

  /** Lets it live a while, kills it, and starts the next; sometimes kills that too before it listens. */
  async killAndStart(random: Random, lifeMillis: number): Promise<void> {
    const server = await this.#server!;
    await sleep(lifeMillis);
    // Publishers wait for the next from here on.
    this.#server = this.#killed(server, random);
    await this.#server;
  }

  async #killed(server: TestServer, random: Random): Promise<TestServer> {
    await server.kill();
    this.kills++;
    while (random.chance(0.15)) await this.#killEarly(random.between(0, 1500));
    return startServer({ folder: this.folder, env: this.env });
  }

  /** Ends it as an operator would, and starts it again without its views. */
  async restart(between: (folder: string) => void): Promise<void> {
    const code = await (await this.#server!).stop();
    if (code !== 0) throw new Error(`the server ended with ${code}: ${(await this.#server!).output()}`);
    between(this.folder);
    this.#server = startServer({ folder: this.folder, env: this.env });
    await this.#server;
  }

  async end(): Promise<void> {
    await (await this.#server)?.stop();
  }

  async #killEarly(millis: number): Promise<void> {
    this.kills++;
    try {
      const server = await startServer({ folder: this.folder, env: this.env, killAfterMillis: millis });
      await server.ended;
    } catch (error) {
      if (!(error instanceof StartFailed) || error.code !== null) throw error;
      this.early++;
    }
  }
}
