import { describe, expect, it } from '@jest/globals';
import { LedgerError, LIMITS } from '#event-sourcing';
import { accessEntry } from '#platform';
import { GroupedAccessLog } from './grouped-access-log.js';

const request = { id: 'r', method: 'GET', url: '/v1/customers', headers: {}, routeOptions: {} };
const reader = { subject: 'k', tenant: 'any', roles: new Set(['reader'] as const) };
const entryOf = (url: string) =>
  accessEntry({ ...request, url }, reader, { action: 'list', records: 1 }, Date.UTC(2026, 0, 31));

describe('13.2: accesses that wait', () => {
  it('of one tenant that cannot be recorded keep nobody else’s waiting', async () => {
    const recorded: string[] = [];
    const troubles: string[] = [];
    let isKeyMissing = true;
    const log = new GroupedAccessLog({
      intake: {
        isBeingFilled: () => Promise.resolve(false),
        recordAccess: (tenant) => {
          if (tenant === 'lost' && isKeyMissing)
            return Promise.reject(new LedgerError('key-missing', 'the key is missing'));
          recorded.push(tenant);
          return Promise.resolve();
        },
      },
      onTrouble: (_, { message }) => troubles.push(message),
    });
    for (const tenant of ['lost', 'shop', 'acme']) log.note(tenant, entryOf('/v1/customers'));
    await log.flush();
    expect([recorded, troubles]).toEqual([['shop', 'acme'], ['the key is missing']]);
    isKeyMissing = false;
    await log.flush();
    expect(recorded).toEqual(['shop', 'acme', 'lost']);
  });

  it('13.2: of one tenant, however many, leave room for those of all others', async () => {
    const log = new GroupedAccessLog({
      intake: {
        isBeingFilled: () => Promise.resolve(false),
        recordAccess: () => Promise.reject(new LedgerError('key-missing', 'the key is missing')),
      },
      onTrouble: () => undefined,
    });
    const fill = (tenant: string) => {
      for (let noted = 0; ; noted++)
        try {
          log.checkRoom(tenant);
          log.note(tenant, entryOf('/v1/customers'));
        } catch (error) {
          return [noted, (error as LedgerError).code, (error as LedgerError).message.includes(tenant)];
        }
    };
    const bound = LIMITS.accessWaiting;
    expect(fill('lost')).toEqual([bound, 'overloaded', true]);
    expect(fill('shop')).toEqual([bound / 2, 'overloaded', true]);
    expect(fill('acme')).toEqual([Math.ceil(bound / 3), 'overloaded', true]);
    expect(fill('lost')).toEqual([0, 'overloaded', true]);
    await log.flush();
    expect(() => log.checkRoom('first-look')).not.toThrow();
  });

  it('hold no half of a character, which could never be recorded, where a question is cut off', () => {
    const { question } = entryOf(`/v1/customers?actor=${'x'.repeat(992)}${encodeURIComponent('😀😀😀')}`);
    expect(question).toBe(`actor=${'x'.repeat(992)}…`);
  });
});
