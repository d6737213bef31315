import { Agent, request } from 'node:http';
import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';
import { connect } from 'node:net';

/** A request as it goes over the wire: nothing in it is checked or made better. */
export interface WildRequest {
  readonly method: string;
  readonly path: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string | Uint8Array;
}

export interface WildAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** Sends what a well-behaved client would not, over node's own HTTP client. */
export class WildClient {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 8 });

  constructor(readonly url: string) {}

  send({ method, path, headers = {}, body }: WildRequest): Promise<WildAnswer> {
    const { hostname, port } = new URL(this.url);
    return new Promise((resolve, reject) => {
      const sent = request({ agent: this.#agent, hostname, port, method, path, headers }, (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.once('error', reject);
        answer.once('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          resolve({ status: answer.statusCode!, headers: answer.headers, text });
        });
      });
      sent.once('error', reject);
      sent.end(body);
    });
  }

  /** Writes bytes to a connection of its own; gives back all that came until the server closed it or fell silent. */
  write(bytes: string | Uint8Array, silenceMillis = 300): Promise<string> {
    const { hostname, port } = new URL(this.url);
    return new Promise((resolve) => {
      let heard = '';
      const socket = connect(Number(port), hostname, () => socket.write(bytes));
      socket.setTimeout(silenceMillis, () => socket.destroy());
      socket.on('data', (chunk) => (heard += chunk.toString('latin1')));
      // A reset is an answer too: what had come before it counts.
      socket.on('error', () => undefined);
      socket.once('close', () => resolve(heard));
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}
