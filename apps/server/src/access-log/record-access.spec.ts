import { describe, expect, it } from '@jest/globals';
import type { FastifyRequest } from 'fastify';
import type { AccessLog } from '#platform';
import type { ErasureParts } from '../erasure/erasure-parts.js';
import { KnownErasures } from '../erasure/known-erasures.js';
import { RecordAccess } from './record-access.js';

const reader = { subject: 'k', tenant: 'any', roles: new Set(['auditor'] as const) };

describe('13.3: opened personal data', () => {
  it('is given to nobody before the log was searched for erasures that restored keys do not know', async () => {
    const written: string[] = [];
    const log = { write: async (tenant: string) => void written.push(tenant) } as unknown as AccessLog;
    const known = new KnownErasures(1);
    const access = new RecordAccess(log, { known } as ErasureParts);
    const request = { id: 'r', method: 'GET', url: '/', headers: {}, routeOptions: {} };
    const open = () =>
      access.before(request as unknown as FastifyRequest, reader, { action: 'open', records: 1 });
    await expect(open()).rejects.toMatchObject({
      ...{ code: 'erasures-unknown', message: expect.stringContaining('restored from an older backup') },
    });
    expect(written).toEqual([]);
    known.searched();
    await open();
    expect(written).toEqual(['any']);
  });
});
