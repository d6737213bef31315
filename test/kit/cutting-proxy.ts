import { createServer, connect, type Server, type Socket } from 'node:net';

/** A TCP proxy on loopback between a client and a server, whose connections a test cuts or lets go dead. */
export class CuttingProxy {
  private readonly pairs = new Set<readonly [Socket, Socket]>();
  private frozen = false;

  private constructor(
    private readonly server: Server,
    private readonly target: number,
  ) {}

  /** Listens on a free port, and passes everything on to `target`. */
  static async start(target: number): Promise<CuttingProxy> {
    const server = createServer();
    const proxy = new CuttingProxy(server, target);
    server.on('connection', (client) => proxy.join(client));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get port(): number {
    return (this.server.address() as { port: number }).port;
  }

  /** Ends all connections; new ones work. */
  cut(): void {
    for (const pair of this.pairs) for (const socket of pair) socket.destroy();
  }

  /** From now on nothing arrives any more, in either direction, and nobody is told: connections are half open. */
  freeze(): void {
    this.frozen = true;
    for (const pair of this.pairs) for (const socket of pair) socket.pause();
  }

  /** New connections work again. Those that were there stay dead. */
  thaw(): void {
    this.frozen = false;
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.cut();
    await closed;
  }

  private join(client: Socket): void {
    const server = connect(this.target, '127.0.0.1');
    const pair = [client, server] as const;
    this.pairs.add(pair);
    const end = () => {
      this.pairs.delete(pair);
      client.destroy();
      server.destroy();
    };
    for (const [from, to] of [pair, [server, client] as const]) {
      from.on('data', (bytes) => to.write(bytes)).on('error', end);
      // The end of one side is passed on; of a frozen one nobody hears.
      from.on('close', () => this.frozen || from.isPaused() || end());
      if (this.frozen) from.pause();
    }
  }
}
