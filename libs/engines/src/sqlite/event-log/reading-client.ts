import type { Worker } from 'node:worker_threads';
import { StoreFault } from '#event-sourcing';
import { faultOf } from './faults.js';
import type { ReadAnswer, ReadQuestion, ReadResult } from './read-questions.js';
import { startThread } from './thread.js';

interface Waiting {
  readonly resolve: (result: ReadResult) => void;
  readonly reject: (error: Error) => void;
}

/** The reading thread, as those see it who ask. */
export class ReadingClient {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #number = 0;
  #ended: StoreFault | undefined;

  private constructor(folder: string) {
    this.#worker = startThread('./reading-thread.js', { folder });
    this.#worker.on('message', (answer: ReadAnswer) => this.#answered(answer));
    this.#worker.on('error', (error) => this.#end(`failed: ${String(error)}`));
    this.#worker.on('exit', () => this.#end('has ended'));
  }

  static async start(folder: string): Promise<ReadingClient> {
    const client = new ReadingClient(folder);
    await new Promise<ReadResult>((resolve, reject) => client.#waiting.set(0, { resolve, reject }));
    return client;
  }

  ask(question: ReadQuestion): Promise<ReadResult> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended);
    const number = ++this.#number;
    return new Promise((resolve, reject) => {
      this.#waiting.set(number, { resolve, reject });
      this.#worker.postMessage({ number, question });
    });
  }

  #answered({ number, result, fault }: ReadAnswer): void {
    const waiting = this.#waiting.get(number);
    this.#waiting.delete(number);
    if (fault === undefined) waiting?.resolve(result);
    else waiting?.reject(faultOf(fault));
  }

  #end(how: string): void {
    this.#ended ??= new StoreFault('store-closed', `the event store's reading thread ${how}`);
    for (const { reject } of this.#waiting.values()) reject(this.#ended);
    this.#waiting.clear();
  }
}
