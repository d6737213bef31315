import { Failure } from '../failure.js';
import { RefusedByServer, refusalOf } from './problem-answer.js';

/** Where the server is and by which right it is asked. */
export interface Access {
  readonly url: string;
  readonly key: string;
  /** Only the operator's key acts for any tenant; an API key belongs to one. */
  readonly tenant?: string;
  /** Why customers' data are read, for the access log: printable ASCII. */
  readonly purpose?: string;
}

export type Query = { readonly [name: string]: string | number | boolean | undefined };

/** Further headers of a request. */
export type Headers = Readonly<Record<string, string>>;

/** The body of a request: its text, if any, with its media type. */
interface Body {
  readonly text: string | undefined;
  readonly type: string;
  readonly headers?: Headers;
}

/** Where the server is now: one that was started again has another key, and perhaps another port. */
export type FindAgain = () => Promise<Pick<Access, 'url' | 'key'> | undefined>;

/** Asks the server over HTTP; the one place that does. */
export class Client {
  constructor(
    private current: Access,
    private readonly findAgain: FindAgain = () => Promise.resolve(undefined),
  ) {}

  get access(): Access {
    return this.current;
  }

  /** The JSON of an answer. Throws `RefusedByServer`, and `no-connection` where no server answers. */
  async get<T>(path: string, query: Query = {}): Promise<T> {
    return this.ask<T>('GET', path, query);
  }

  async post<T>(path: string, body?: unknown, query: Query = {}, headers?: Headers): Promise<T> {
    const text = body === undefined ? undefined : JSON.stringify(body);
    return this.ask<T>('POST', path, query, { text, type: 'application/json', headers });
  }

  async put<T>(path: string, body: unknown): Promise<T> {
    return this.ask<T>('PUT', path, {}, { text: JSON.stringify(body), type: 'application/json' });
  }

  async delete(path: string): Promise<void> {
    await this.ask<unknown>('DELETE', path, {});
  }

  /** A batch of CloudEvents, already JSON; `atomic`: all of them or none. */
  async publish<T>(batch: string, query: { readonly atomic?: true } = {}, headers?: Headers): Promise<T> {
    const type = 'application/cloudevents-batch+json';
    return this.ask<T>('POST', '/v1/events', query, { text: batch, type, headers });
  }

  /** The bytes of an answer, as they come. */
  async bytes(path: string, query: Query = {}): Promise<AsyncIterable<Uint8Array>> {
    const response = await this.send(`${path}${queryText(query)}`, { headers: this.headers() });
    if (!response.ok) throw await refusalOf(response);
    return response.body as AsyncIterable<Uint8Array>;
  }

  /** A list page by page. */
  async *pages<P extends { readonly next: string | null }>(
    path: string,
    query: Query = {},
  ): AsyncGenerator<P> {
    let cursor: string | undefined;
    do {
      const page = await this.get<P>(path, { ...query, cursor });
      yield page;
      cursor = page.next ?? undefined;
    } while (cursor !== undefined);
  }

  /** All items of a list, page by page. */
  async *all<T>(path: string, query: Query = {}): AsyncGenerator<T> {
    for await (const { items } of this.pages<{ items: readonly T[]; next: string | null }>(path, query))
      yield* items;
  }

  /** The same, in memory. */
  async list<T>(path: string, query: Query = {}): Promise<readonly T[]> {
    const items: T[] = [];
    for await (const item of this.all<T>(path, query)) items.push(item);
    return items;
  }

  private async ask<T>(method: string, path: string, query: Query, body?: Body): Promise<T> {
    const request = () => this.askOnce<T>(method, `${path}${queryText(query)}`, body);
    try {
      return await request();
    } catch (error) {
      if (!(await this.isElsewhereNow(error))) throw error;
      return request();
    }
  }

  private async askOnce<T>(method: string, path: string, body: Body | undefined): Promise<T> {
    const headers: Record<string, string> = { ...this.headers(), ...body?.headers };
    if (body?.text !== undefined) headers['content-type'] = body.type;
    const response = await this.send(path, { method, headers, body: body?.text });
    if (!response.ok) throw await refusalOf(response);
    const text = await this.connected(response.text());
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }

  private headers(): Record<string, string> {
    const { key, tenant, purpose } = this.access;
    return {
      authorization: `Bearer ${key}`,
      ...(tenant !== undefined && { 'cx-tenant': tenant }),
      ...(purpose !== undefined && { 'x-purpose': purpose }),
    };
  }

  /** Whether the server was started again meanwhile, so that the same can be asked of it there. */
  private async isElsewhereNow(error: unknown): Promise<boolean> {
    const lost = error instanceof Failure && error.code === 'no-connection';
    if (!lost && !(error instanceof RefusedByServer && error.status === 401)) return false;
    const found = await this.findAgain();
    if (found === undefined || found.key === this.current.key) return false;
    this.current = { ...this.current, ...found };
    return true;
  }

  private send(path: string, request: RequestInit): Promise<Response> {
    return this.connected(fetch(new URL(path, this.access.url), request));
  }

  private async connected<T>(answer: Promise<T>): Promise<T> {
    try {
      return await answer;
    } catch (error) {
      const cause = (error as { cause?: { code?: string } }).cause?.code ?? (error as Error).message;
      throw new Failure(
        'no-connection',
        `no server answers at ${this.access.url} (${cause}): is the server running there?`,
      );
    }
  }
}

function queryText(query: Query): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    if (value !== undefined) parameters.set(name, String(value));
  return parameters.size === 0 ? '' : `?${parameters.toString()}`;
}

/** The path of a customer's own routes. */
export function customerPath(customer: string, rest = ''): string {
  return `/v1/customers/${encodeURIComponent(customer)}${rest}`;
}
