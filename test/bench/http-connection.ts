import { connect, type Socket } from 'node:net';

export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
}

/** One kept-alive connection that takes one request at a time: no more than a load needs, to leave the cores to the server. */
export class HttpConnection {
  private received: Buffer = Buffer.alloc(0);
  private waiting: { resolve: (answer: HttpAnswer) => void; reject: (error: Error) => void } | undefined;
  private bodyFrom = -1;
  private bodyLength = 0;
  private status = 0;

  private constructor(
    private readonly socket: Socket,
    private readonly headers: string,
  ) {
    socket.setNoDelay(true);
    socket.on('data', (bytes) => this.take(bytes));
    socket.on('error', (error) => this.fail(error));
    socket.on('close', () => this.fail(new Error('the connection was closed')));
  }

  static open(url: string, key: string): Promise<HttpConnection> {
    const { hostname, port, host } = new URL(url);
    const socket = connect(Number(port), hostname);
    const headers = `host: ${host}\r\nauthorization: Bearer ${key}\r\n`;
    return new Promise((resolve, reject) => {
      socket.once('connect', () => resolve(new HttpConnection(socket, headers))).once('error', reject);
    });
  }

  post(path: string, contentType: string, body: string): Promise<HttpAnswer> {
    const length = Buffer.byteLength(body);
    return this.send(
      `POST ${path} HTTP/1.1\r\n${this.headers}content-type: ${contentType}\r\ncontent-length: ${length}\r\n\r\n${body}`,
    );
  }

  get(path: string): Promise<HttpAnswer> {
    return this.send(`GET ${path} HTTP/1.1\r\n${this.headers}\r\n`);
  }

  close(): void {
    this.waiting = undefined;
    this.socket.destroy();
  }

  private send(text: string): Promise<HttpAnswer> {
    return new Promise((resolve, reject) => {
      this.waiting = { resolve, reject };
      this.socket.write(text);
    });
  }

  private take(bytes: Buffer): void {
    this.received = this.received.length === 0 ? bytes : Buffer.concat([this.received, bytes]);
    if (this.bodyFrom < 0 && !this.readHead()) return;
    if (this.received.length < this.bodyFrom + this.bodyLength) return;
    const body = this.received.toString('utf8', this.bodyFrom, this.bodyFrom + this.bodyLength);
    this.received = this.received.subarray(this.bodyFrom + this.bodyLength);
    this.bodyFrom = -1;
    const { waiting } = this;
    this.waiting = undefined;
    waiting?.resolve({ status: this.status, body });
  }

  private readHead(): boolean {
    const end = this.received.indexOf('\r\n\r\n');
    if (end < 0) return false;
    const head = this.received.toString('latin1', 0, end);
    this.status = Number(head.slice(9, 12));
    this.bodyLength = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0);
    this.bodyFrom = end + 4;
    return true;
  }

  private fail(error: Error): void {
    this.waiting?.reject(error);
    this.waiting = undefined;
  }
}
