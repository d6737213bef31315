import { Failure } from '../failure.js';
import { refusalOf } from './problem-answer.js';

/** Where the server is and by which right it is asked. */
export interface Access {
  readonly url: string;
  readonly key: string;
  /** Only the operator's key acts for any tenant; an API key belongs to one. */
  readonly tenant?: string;
}

export type Query = { readonly [name: string]: string | number | boolean | undefined };

/** Asks the server over HTTP; the one place that does. */
export class Client {
  constructor(readonly access: Access) {}

  /** The same server, for another tenant. */
  for(tenant: string | undefined): Client {
    return new Client({ ...this.access, tenant: tenant ?? this.access.tenant });
  }

  /** The JSON of an answer. Throws `RefusedByServer`, and `no-connection` when there is nobody. */
  async get<T>(path: string, query: Query = {}): Promise<T> {
    return this.ask<T>('GET', path, query);
  }

  async post<T>(path: string, body?: unknown, query: Query = {}): Promise<T> {
    const text = body === undefined ? undefined : JSON.stringify(body);
    return this.ask<T>('POST', path, query, text, 'application/json');
  }

  async delete(path: string): Promise<void> {
    await this.ask<unknown>('DELETE', path, {});
  }

  /** A batch of CloudEvents, already JSON. */
  async publish<T>(batch: string): Promise<T> {
    return this.ask<T>('POST', '/v1/events', {}, batch, 'application/cloudevents-batch+json');
  }

  /** All items of a list, page by page. */
  async *all<T>(path: string, query: Query = {}): AsyncGenerator<T> {
    let cursor: string | undefined;
    do {
      const page = await this.get<{ items: readonly T[]; next: string | null }>(path, { ...query, cursor });
      yield* page.items;
      cursor = page.next ?? undefined;
    } while (cursor !== undefined);
  }

  private async ask<T>(
    method: string,
    path: string,
    query: Query,
    body?: string,
    contentType?: string,
  ): Promise<T> {
    const headers: Record<string, string> = { authorization: `Bearer ${this.access.key}` };
    if (this.access.tenant !== undefined) headers['cx-tenant'] = this.access.tenant;
    if (body !== undefined) headers['content-type'] = contentType!;
    const response = await this.send(`${path}${queryText(query)}`, { method, headers, body });
    if (!response.ok) throw await refusalOf(response);
    const text = await this.connected(response.text());
    return (text === '' ? undefined : JSON.parse(text)) as T;
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
        `nobody answers at ${this.access.url} (${cause}): is the server running there?`,
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
