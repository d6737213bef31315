import { describe, expect, it } from '@jest/globals';
import { createHmac } from 'node:crypto';
import { sealingKeysOf } from '../keys/sealing-secret.js';
import { contentHash, type EventContent } from './content-hash.js';

const keys = sealingKeysOf(Buffer.alloc(32, 1));
const content: EventContent = {
  type: 'cx.IssueRaised.v1',
  subject: 'c-1',
  time: '2026-01-31T10:00:00Z',
  sequence: '17',
  data: { severity: 'high', issueId: 'i-1' },
};

describe('the content hash', () => {
  it('is the first half of HMAC-SHA-256 over the canonical content', () => {
    const canonical =
      '{"data":{"issueId":"i-1","severity":"high"},"sequence":"17","subject":"c-1",' +
      '"time":"2026-01-31T10:00:00Z","type":"cx.IssueRaised.v1"}';
    const expected = createHmac('sha256', keys.contentHash).update(canonical).digest('hex').slice(0, 32);
    expect(contentHash(keys, content)).toBe(expected);
  });

  it('does not depend on the order of members', () => {
    expect(contentHash(keys, { ...content, data: { issueId: 'i-1', severity: 'high' } })).toBe(
      contentHash(keys, content),
    );
  });

  it.each([
    ['type', { type: 'cx.IssueRaised.v2' }],
    ['subject', { subject: 'c-2' }],
    ['no subject', { subject: undefined }],
    ['time', { time: '2026-01-31T10:00:01Z' }],
    ['sequence', { sequence: '18' }],
    ['no sequence', { sequence: undefined }],
    ['data', { data: { severity: 'low', issueId: 'i-1' } }],
  ])('changes with the %s', (_what, change) => {
    expect(contentHash(keys, { ...content, ...change })).not.toBe(contentHash(keys, content));
  });

  it('differs between customers', () => {
    expect(contentHash(sealingKeysOf(Buffer.alloc(32, 2)), content)).not.toBe(contentHash(keys, content));
  });
});
