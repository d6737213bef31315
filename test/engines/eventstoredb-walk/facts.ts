import type { EventStoreDBClient } from '@eventstore/db-client';

/** Where a step of the walk runs: a client, and names that nobody else uses. */
export interface WalkContext {
  readonly client: EventStoreDBClient;
  /** Another client, with a connection of its own, and with this further parameter of the connection string. */
  newClient(parameter?: string): EventStoreDBClient;
  /** Those of the connection string, for calls that give their own; a server without TLS takes any. */
  readonly credentials: { readonly username: string; readonly password: string };
  /** The stream of this run with that name. */
  stream(name: string): string;
}

/** One protocol fact: what is done, and how its outcome is written, without anything that differs between runs. */
export interface Fact {
  /** Letter of the topic and number. */
  readonly id: string;
  readonly does: string;
  /** Its outcome holds only where nobody else writes meanwhile: observed again until nobody did. */
  readonly alone?: true;
  observe(context: WalkContext): Promise<string>;
}

export const fact = (id: string, does: string, observe: Fact['observe']): Fact => ({ id, does, observe });

/** A fact whose outcome events of others would change: counts of what the server scans, neighbours in the log. */
export const factAlone = (...of: Parameters<typeof fact>): Fact => ({ ...fact(...of), alone: true });

/** An error as text: its class, the fields that an adapter decides by, its message without names of this run. */
export async function errorOf(promise: Promise<unknown>): Promise<string> {
  try {
    const value = await promise;
    return `no error: ${JSON.stringify(value, (_, v: unknown) => (typeof v === 'bigint' ? `${v}n` : v))}`;
  } catch (error) {
    return textOf(error as Error);
  }
}

export function textOf(error: Error): string {
  const { code, type, expectedVersion, actualVersion, maxAppendSize } = error as Error &
    Record<string, unknown>;
  const fields = Object.entries({ code, type, expectedVersion, actualVersion, maxAppendSize })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${typeof value === 'bigint' ? `${value}n` : String(value)}`);
  // What a refused call says is the server's wording; the client decides by its metadata.
  const message = code === 9 ? '' : error.message.replaceAll(/walk-[0-9a-f]{8}-/g, '');
  return `${error.constructor.name} ${fields.join(' ')} '${message}'`;
}
