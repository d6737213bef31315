import { EventStoreDBClient } from '@eventstore/db-client';
import { describe, expect, it } from '@jest/globals';
import { clientOf } from './client-of.js';
import { parseConnectionString } from './connection-string.js';

describe('a connection string of EventStoreDB', () => {
  it.each([
    'esdb://127.0.0.1:2113?tls=false',
    'esdb://user:pass@node1:2113,node2:2113,node3:2113?tls=true&nodePreference=follower',
    'esdb+discover://user:pass@cluster.example:2113?keepAliveInterval=10000&tlsVerifyCert=true',
  ])('is given to the client as it is: %s', async (text) => {
    expect(parseConnectionString(text)).toEqual({ connection: text, streamPrefix: '' });
    const client = EventStoreDBClient.connectionString(text);
    await client.dispose();
  });

  it('may name a ledger, which the client is not told', () => {
    expect(parseConnectionString('esdb://h:1?tls=false&ledger=shop')).toEqual({
      connection: 'esdb://h:1?tls=false',
      streamPrefix: 'shop_',
    });
    expect(parseConnectionString('esdb://h:1?ledger=shop').connection).toBe('esdb://h:1');
  });

  it('may have the scheme of KurrentDB, which the client does not know', () => {
    expect(parseConnectionString('kurrentdb://h:1?tls=false').connection).toBe('esdb://h:1?tls=false');
    expect(parseConnectionString('kurrentdb+discover://h:1').connection).toBe('esdb+discover://h:1');
  });

  it.each([
    'http://h:1',
    'esdb://',
    'esdb://user:s3cret@h:1?ledger=No_Such',
    'esdb://user:s3cret@h :1',
    // Of these the client itself would print a warning with all of it.
    'esdb://user:s3cret@h:1?tls=true&keepalive=5',
    'esdb://user:s3cret@h:1?tls=true&tlsVerifyCert=false',
    // Of these it would throw a part.
    'esdb://user:x@s3cret@h:port?tls=true',
    'esdb://user:s3cret@h:1?tls=maybe',
    // A password that is not percent-encoded, and an address without a host.
    'esdb://user:x?s3cret@h:1?tls=true',
    'esdb://user:x?s3cret@h:1',
    'esdb://user:x?s3cret',
    'esdb://user:x?tls=true?s3cret@h',
    'esdb://user:s3cret',
    'esdb://user:s3cret:2113?tls=true',
  ])('11: is refused without its password: %s', (text) => {
    let message = '';
    expect(() => {
      try {
        clientOf(parseConnectionString(text), 0);
      } catch (error) {
        message = (error as Error).message;
        throw error;
      }
    }).toThrow();
    expect(message).toContain('cannot be used');
    expect(message).not.toContain('s3cret');
  });
});
