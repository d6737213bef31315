import type { TestServer } from './server.js';

/** An answer, its body parsed where it is JSON. */
export interface ApiAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // Tests look into answers of every shape.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly body: any;
}

export interface ApiRequest {
  readonly method?: string;
  readonly key?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as it is. */
  readonly body?: string | Uint8Array;
  /** Sent as JSON. */
  readonly json?: unknown;
}

/** Asks a server as a client would. */
export class Api {
  constructor(
    private readonly url: string,
    private readonly key: string,
  ) {}

  static of(server: Pick<TestServer, 'url' | 'key'>): Api {
    return new Api(server.url, server.key);
  }

  /** The same server by another key. */
  as(key: string): Api {
    return new Api(this.url, key);
  }

  async ask(path: string, request: ApiRequest = {}): Promise<ApiAnswer> {
    const {
      method,
      key = this.key,
      json,
      body = json === undefined ? undefined : JSON.stringify(json),
    } = request;
    const response = await fetch(new URL(path, this.url), {
      method: method ?? (body === undefined ? 'GET' : 'POST'),
      headers: {
        ...(key !== null && { authorization: `Bearer ${key}` }),
        ...(json !== undefined && { 'content-type': 'application/json' }),
        ...request.headers,
      },
      body: body as string | undefined,
    });
    const text = await response.text();
    const isJson = /json/.test(response.headers.get('content-type') ?? '') && text !== '';
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: isJson ? JSON.parse(text) : undefined,
    };
  }

  /** Publishes events as a batch and gives their results; fails unless all were taken in. */
  async publish(
    ...events: readonly object[]
  ): Promise<readonly { id: string; status: string; position: string }[]> {
    const headers = { 'content-type': 'application/cloudevents-batch+json' };
    const { status, body } = await this.ask('/v1/events', { body: JSON.stringify(events), headers });
    const refused =
      status === 200
        ? body.results.filter((result: { status: string }) => result.status === 'rejected')
        : body;
    if (status !== 200 || refused.length > 0) throw new Error(`not taken in: ${JSON.stringify(refused)}`);
    return body.results;
  }

  /** Makes a key with these roles; for another tenant (as the operator) that is made where it is missing. */
  async mint(roles: readonly string[], tenant?: string): Promise<string> {
    if (tenant !== undefined) await this.ask('/v1/tenants', { json: { tenant } });
    const headers = tenant === undefined ? undefined : { 'cx-tenant': tenant };
    const { body } = await this.ask('/v1/keys', { json: { label: 'test', roles }, headers });
    return body.key as string;
  }
}
