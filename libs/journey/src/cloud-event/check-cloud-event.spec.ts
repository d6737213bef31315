import { describe, expect, it } from '@jest/globals';
import { canonicalJson, type Json } from '#event-sourcing';
import fc from 'fast-check';
import { anyTouchpoint, goodData } from '../../../../test/kit/touchpoint-data.js';
import { latestOf } from '../registry.js';
import { checkCloudEvent } from './check-cloud-event.js';
import type { CheckedEvent } from './checked-event.js';

const NOW = Date.UTC(2026, 5, 1);
const GOOD = {
  specversion: '1.0',
  id: 'evt-1',
  source: '/crm/europe',
  type: 'cx.IssueRaised.v1',
  subject: 'C-1',
  time: '2026-01-31T11:00:00+01:00',
  data: { issueId: 'i', category: 'billing', severity: 'low' },
};

const check = (patch: object) => checkCloudEvent({ ...GOOD, ...patch }, { now: NOW });

/** The good event that came of it. */
function checked(patch: object): CheckedEvent {
  const result = check(patch);
  if (result.ok === undefined) throw new Error(JSON.stringify(result.faults));
  return result.ok;
}

/** Why it was refused: code, then the pointer and detail of each fault. */
function refused(patch: object): { code: string; at: readonly string[]; said: string } {
  const result = check(patch);
  if (result.ok !== undefined) throw new Error('was accepted');
  const { code, faults } = result;
  return {
    code,
    at: faults.map((fault) => fault.pointer),
    said: faults.map((fault) => fault.detail).join(' | '),
  };
}

describe('a CloudEvent', () => {
  it.each(['.', '..'])('C23: may not be about a customer or an issue that no URL can name: %s', (id) => {
    expect(refused({ subject: id })).toMatchObject({ code: 'invalid-event', at: ['/subject'] });
    expect(refused({ data: { ...GOOD.data, issueId: id } }).said).toContain(
      'which clients leave out of URLs',
    );
    expect(checked({ id, subject: `${id}a` }).customer).toBe(`${id}a`);
  });

  it('is taken as it was sent', () => {
    const { schema, ...rest } = checked({ datacontenttype: 'application/json; charset=utf-8' });
    expect(schema).toBe(latestOf('IssueRaised'));
    expect(rest).toEqual({
      id: 'evt-1',
      source: '/crm/europe',
      type: 'cx.IssueRaised.v1',
      customer: 'C-1',
      time: '2026-01-31T11:00:00+01:00',
      occurredAt: Date.UTC(2026, 0, 31, 10),
      data: GOOD.data,
      extensions: {},
      unknownExtensions: {},
      warnings: [],
    });
  });

  it.each([
    ['a zero-width space', 'C\u200b1'],
    ['a bidirectional override', 'C\u202e1'],
    ['a soft hyphen', 'C\u00ad1'],
    ['a filler', 'C\u31641'],
    ['a variation selector', 'C\ufe0f1'],
    ['a byte order mark', '\ufeffC1'],
    ['a line separator', 'C\u20281'],
    ['a blank at its end', 'C1 '],
    ['a no-break space at its beginning', '\u00a0C1'],
    ['a character that was lost', 'M\ufffdbius'],
  ])('B4, C23: may not hold %s in any identifier', (_what, id) => {
    expect(refused({ subject: id }).at).toEqual(['/subject']);
    expect(refused({ id }).at).toEqual(['/id']);
    expect(refused({ source: id }).at).toEqual(['/source']);
    expect(refused({ data: { ...GOOD.data, contactId: id } }).at).toEqual(['/data/contactId']);
  });

  it('C22: may not have an address or a number as any of its identifiers, unless the tenant wants only a warning', () => {
    const event = {
      ...GOOD,
      ...{ id: 'ann@example.com', source: 'mailto:ann@example.com', type: 'cx.ContactTransferred.v1' },
      data: { contactId: '+49 30 901820', toAgentId: 'ann(at)example.com', toTeam: 'second-level' },
    };
    const pointers = ['/id', '/source', '/data/contactId', '/data/toAgentId'];
    expect(refused(event)).toMatchObject({ code: 'personal-identifier', at: pointers });
    const { ok } = checkCloudEvent(event, { now: NOW, identifiers: 'warn' });
    expect(ok?.warnings.map(({ pointer }) => pointer)).toEqual(pointers);
    expect(refused({ subject: '+49 30 901820' }).at).toEqual(['/subject']);
  });

  it('C22: may number its events and contacts as it likes', () => {
    const data = { ...GOOD.data, contactId: '0049309018200', team: '2026-11-25' };
    expect(checked({ id: '0049309018200', data }).warnings).toEqual([]);
  });

  it('C23: may not have a time in a year that four digits cannot write', () => {
    const late = '9999-12-31T23:59:59-01:00';
    expect(refused({ time: late }).at).toEqual(['/time']);
    expect(
      refused({ type: 'cx.PromiseMade.v1', data: { promiseId: 'p', kind: 'callback', dueAt: late } }).at,
    ).toEqual(['/data/dueAt']);
  });

  it('is taken with good data of every touchpoint, and the data is not touched', () => {
    const events = anyTouchpoint.chain((name) =>
      goodData(latestOf(name).shape).map((data) => {
        const { type, subject } = latestOf(name);
        return {
          type,
          subject: subject === 'customer' ? 'C-1' : undefined,
          data: { ...data, mergedId: data['mergedId'] && 'M-1' },
        };
      }),
    );
    fc.assert(
      fc.property(events, ({ data: { mergedId, ...rest }, ...patch }) => {
        const data = (mergedId === undefined ? rest : { ...rest, mergedId }) as { [name: string]: Json };
        const before = canonicalJson(data);
        expect(checked({ ...patch, data }).data).toBe(data);
        expect(canonicalJson(data)).toBe(before);
      }),
      { numRuns: 500 },
    );
  });

  it('names all that is wrong at once', () => {
    const { code, at } = refused({ id: '', source: undefined, time: 'today', data: { severity: 'high' } });
    expect(code).toBe('invalid-event');
    expect(at).toEqual(['/id', '/source', '/time', '/data/issueId', '/data/category']);
  });

  it.each([undefined, null, 5, 'x', [], [GOOD]])('is an object, not %j', (input) => {
    expect(checkCloudEvent(input, { now: NOW })).toMatchObject({
      code: 'invalid-event',
      faults: [{ pointer: '' }],
    });
  });

  it.each(['0.3', 1, undefined])('is of version 1.0, not %j', (specversion) => {
    expect(refused({ specversion }).at).toEqual(['/specversion']);
  });
});

describe('the type of a CloudEvent', () => {
  it('is one that is known; a slip of the pen is answered with the name that was meant', () => {
    expect(refused({ type: 'cx.IssueRaisd.v1' })).toEqual({
      code: 'unknown-type',
      at: ['/type'],
      said: '`type` is not known; did you mean "cx.IssueRaised.v1"?',
    });
    expect(refused({ type: 'feedbackgiven' }).said).toContain('did you mean "cx.FeedbackGiven.v1"?');
    expect(refused({ type: 'com.example.order.created' }).said).toContain('"cx.<Name>.v<version>"');
    expect(refused({ type: undefined })).toMatchObject({ code: 'invalid-event', at: ['/type'] });
  });

  it('is of a version that is known', () => {
    for (const type of ['cx.IssueRaised.v2', 'cx.IssueRaised.v', 'cx.IssueRaised.v01']) {
      expect(refused({ type })).toEqual({
        code: 'unknown-version',
        at: ['/type'],
        said: 'this version of IssueRaised is not known; known is "cx.IssueRaised.v1"',
      });
    }
  });
});

describe('the time of a CloudEvent', () => {
  it.each(['2026-01-31T10:00:00', '2026-01-31T10:00:00.123', '2026-01-31 10:00', '2026-01-31'])(
    'needs an offset: %s',
    (time) => {
      expect(refused({ time })).toEqual({
        code: 'invalid-event',
        at: ['/time'],
        said: '`time` needs an offset, e.g. 2026-01-31T10:00:00Z',
      });
    },
  );

  it.each(['2026-02-30T10:00:00Z', '31.01.2026', '', 1769850000])(
    'is a time of the calendar in RFC 3339: %j',
    (time) => {
      expect(refused({ time }).said).toContain('RFC 3339');
    },
  );

  it('is never filled in', () => {
    expect(refused({ time: undefined }).said).toContain('is missing');
    expect(refused({ time: null }).said).toContain('is missing');
  });

  it('may be five minutes ahead of our clock and no more', () => {
    expect(checked({ time: '2026-06-01T00:05:00.000Z' }).occurredAt).toBe(NOW + 300_000);
    expect(refused({ time: '2026-06-01T00:05:00.001Z' })).toMatchObject({
      code: 'time-in-future',
      at: ['/time'],
    });
  });

  it('in the future is the code only where nothing else is wrong, since time alone mends it', () => {
    expect(refused({ time: '2030-01-01T00:00:00Z', id: '' })).toMatchObject({
      code: 'invalid-event',
      at: ['/id', '/time'],
    });
  });
});

describe('the subject of a CloudEvent', () => {
  it.each([
    ['ann@example.com', 'an e-mail address'],
    ['+49 30 901820', 'a telephone number'],
  ])('is no personal identifier: %s', (subject, what) => {
    const { code, said } = refused({ subject });
    expect(code).toBe('personal-identifier');
    expect(said).toContain(`looks like ${what}; use an id that says nothing of the person`);
    expect(said).not.toContain(subject);
  });

  it('is 1 to 128 bytes of text in NFC without control characters', () => {
    expect(checked({ subject: 'é'.repeat(64) }).customer).toBe('é'.repeat(64));
    for (const subject of [
      '',
      'x'.repeat(129),
      'é'.repeat(65),
      'a\tb',
      'a\u0085',
      'e\u0301',
      '\ud83d',
      4711,
      undefined,
    ]) {
      expect(refused({ subject })).toMatchObject({ code: 'invalid-event', at: ['/subject'] });
    }
  });

  it("is left out of the tenant's own events", () => {
    const type = 'cx.AlertClosed.v1';
    expect(checked({ type, subject: undefined, data: { alertId: 'a' } })).toMatchObject({
      customer: undefined,
    });
    expect(refused({ type, data: { alertId: 'a' } }).at).toEqual(['/subject']);
  });
});

describe('a merge', () => {
  const type = 'cx.CustomersMerged.v1';

  it('is of two customers, neither of them named by what is personal', () => {
    expect(checked({ type, data: { mergedId: 'C-2' } }).data).toEqual({ mergedId: 'C-2' });
    expect(refused({ type, data: { mergedId: 'C-1' } })).toMatchObject({
      code: 'invalid-event',
      at: ['/data/mergedId'],
    });
    expect(refused({ type, data: { mergedId: 'ann@example.com' } }).code).toBe('personal-identifier');
  });
});

describe('the data of a CloudEvent', () => {
  it('is what canonical JSON gives back', () => {
    const within = (more: unknown) => refused({ data: { ...GOOD.data, more: [more] } }).at;
    for (const value of [1e400, -1e400, 2 ** 53, -(2 ** 53), 1e300, 'half \ud83d', { 'half \udc00': 1 }]) {
      expect(within(value)).toEqual(['/data/more/0']);
    }
    for (const value of [2 ** 53 - 1, -0, 1e-300, 0.1, '\u0000', '😀', null]) {
      expect(checked({ data: { ...GOOD.data, more: [value] } }).type).toBe(GOOD.type);
    }
  });

  it('is at most 16 deep and holds at most 10,000 values', () => {
    const deep = (levels: number): Json => (levels === 0 ? 1 : [deep(levels - 1)]);
    expect(checked({ data: { ...GOOD.data, more: deep(15) } }).type).toBe(GOOD.type);
    expect(refused({ data: { ...GOOD.data, more: deep(16) } }).said).toContain('16 levels deep');
    const bottomless = JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`) as Json;
    expect(refused({ data: { ...GOOD.data, more: bottomless } }).said).toContain('16 levels deep');
    expect(checked({ data: { ...GOOD.data, more: Array(9_996).fill(1) } }).type).toBe(GOOD.type);
    expect(refused({ data: { ...GOOD.data, more: Array(9_997).fill(1) } }).said).toContain('10000 values');
  });

  it('is an object of JSON', () => {
    expect(refused({ data: undefined }).said).toContain('it is missing');
    expect(refused({ data: '{"issueId":"i"}' }).said).toContain('JSON within a text');
    expect(refused({ data: [] }).at).toEqual(['/data']);
    for (const datacontenttype of ['text/xml', 'application/jsonp', 5]) {
      expect(refused({ datacontenttype }).at).toEqual(['/datacontenttype']);
    }
    expect(checked({ datacontenttype: 'application/vnd.acme+json' }).type).toBe(GOOD.type);
  });

  it('may come in base64', () => {
    const encoded = (text: string) => ({
      data: undefined,
      data_base64: Buffer.from(text).toString('base64'),
    });
    expect(checked(encoded(JSON.stringify({ ...GOOD.data, team: 'Süd' }))).data['team']).toBe('Süd');
    expect(refused(encoded('[1]')).at).toEqual(['/data_base64']);
    expect(refused(encoded('{')).at).toEqual(['/data_base64']);
    expect(refused({ data: undefined, data_base64: '***' }).at).toEqual(['/data_base64']);
    expect(refused({ data: undefined, data_base64: '/w==' }).at).toEqual(['/data_base64']);
    expect(refused({ data_base64: 'e30=' }).said).toContain('only one of');
    expect(
      refused(encoded('{"issueId":"i","category":"c","severity":"low","n":0.12345678901234567891}')).at,
    ).toEqual(['/data/n']);
  });
});

describe('the extension attributes of a CloudEvent', () => {
  it('are kept: what is known in clear, what is not apart from it, to be sealed', () => {
    const trace = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    expect(
      checked({
        sequence: '42',
        correlationid: 'co',
        causationid: 'ca',
        traceparent: trace,
        dataschema: '/s',
        mood: 'bad',
        n: 5,
        yes: true,
      }),
    ).toMatchObject({
      sequence: '42',
      correlationId: 'co',
      causationId: 'ca',
      extensions: { traceparent: trace, dataschema: '/s' },
      unknownExtensions: { mood: 'bad', n: 5, yes: true },
    });
  });

  it('that are null are as good as absent', () => {
    expect(checked({ mood: null, sequence: null }).unknownExtensions).toEqual({});
  });

  it('are sealed, known or not, where they look like a person', () => {
    const { correlationId, unknownExtensions, extensions } = checked({
      partitionkey: 'ann@example.com',
      correlationid: '+49 30 901820',
    });
    expect(correlationId).toBeUndefined();
    expect(extensions).toEqual({});
    expect(unknownExtensions).toEqual({ partitionkey: 'ann@example.com', correlationid: '+49 30 901820' });
  });

  it('called sequence counts where it is one to fifteen digits, and is kept in any case', () => {
    expect(checked({ sequence: 7 }).sequence).toBe('7');
    for (const sequence of ['1234567890123456', 'ABC', '-1']) {
      const event = checked({ sequence });
      expect(event.sequence).toBeUndefined();
      expect(event.extensions).toEqual({ sequence });
    }
  });

  it('are named with lower-case letters and digits, and are text, whole numbers, true or false', () => {
    expect(refused({ customerId: 'x' })).toMatchObject({ code: 'invalid-event', at: ['/customerId'] });
    expect(refused({ 'a/b': 'x' }).at).toEqual(['/a~1b']);
    for (const mood of [{}, [], 1.5, 2 ** 53, 'x'.repeat(4_097), '\ud800']) {
      expect(refused({ mood }).at).toEqual(['/mood']);
    }
    const many = Object.fromEntries(Array.from({ length: 65 }, (_, i) => [`x${i}`, i]));
    expect(refused(many).said).toContain('64 extension attributes');
  });
});
