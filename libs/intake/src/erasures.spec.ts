import { describe, expect, it } from '@jest/globals';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { EmbeddedEventStore, openKeyStore, openSideStores } from '#engines/sqlite';
import { filesHolding } from '../../../test/kit/folder-files.js';
import { IntakeFixture } from '../../../test/kit/intake-fixture.js';
import { DeadLetterBox } from './dead-letter-box.js';
import { ERASURE_STEPS, Erasures, type ErasureStep } from './erasures.js';

const publisher = { tenant: 'default', id: 'key-1' };
const SECRET = 'Wilhelmina Quackenbush';
const identified = (customer: string, id: string) => ({
  ...{ specversion: '1.0', type: 'cx.CustomerIdentified.v1', source: '/crm', id, subject: customer },
  ...{
    time: '2026-01-31T10:00:00Z',
    data: { name: SECRET, aliases: [{ scheme: 'crm', value: `${SECRET} of ${customer}` }] },
  },
});
const merge = (id: string, survivor: string, mergedId: string) => ({
  ...{ specversion: '1.0', type: 'cx.CustomersMerged.v1', source: '/crm', id, subject: survivor },
  ...{ time: '2026-01-31T10:00:00Z', data: { mergedId } },
});
const PERSON = ['c-1', 'c-2', 'c-3', 'c-4'];

describe('13.3: an erasure', () => {
  const fixture = IntakeFixture.forEachTest((folder) => EmbeddedEventStore.open({ folder }));

  /** The erasures of the fixture, stopped before a step where one is given. */
  function erasures(stopBefore?: ErasureStep, identities = PERSON): Erasures {
    const { keys, intake } = fixture;
    return new Erasures({
      ...{
        store: keys.erasures,
        intake,
        clock: { now: () => fixture.now },
        othersKnow: async () => undefined,
      },
      identitiesOf: async () => identities,
      follow: () => keys.followErasures(),
      deleteCopies: async () => ({ deadLetters: 0, storedAnswers: 0 }),
      onStep: (step) => {
        if (step === stopBefore) throw new Error(`killed before ${step}`);
      },
    });
  }

  const order = { tenant: 'default', customer: 'c-1', reason: 'asked for', requestedBy: 'k', requestId: 'r' };

  async function record(): Promise<void> {
    fixture.intake = fixture.another({ aliases: fixture.keys.aliases });
    const events = [...PERSON, 'c-9'].map((customer, i) => identified(customer, `i-${i}`));
    await fixture.intake.record(publisher, events);
  }

  /** Every wrapped secret of the person, as it is in the file now. */
  function wrappedSecrets(): Buffer[] {
    const database = new DatabaseSync(join(fixture.folder, 'keys.sqlite'), { readOnly: true });
    const rows = database
      .prepare(`SELECT wrapped FROM secrets WHERE customer LIKE 'c-_' AND customer <> 'c-9'`)
      .all();
    const hashes = database.prepare(`SELECT hash FROM alias WHERE customer <> 'c-9'`).all();
    database.close();
    return [...rows.map(({ wrapped }) => wrapped), ...hashes.map(({ hash }) => hash)].map((bytes) =>
      Buffer.from(bytes as Uint8Array),
    );
  }

  function filesWith(needles: readonly Buffer[]): string[] {
    return filesHolding(fixture.folder, (bytes) => needles.some((needle) => bytes.includes(needle)));
  }

  async function reopen(): Promise<void> {
    const { folder } = fixture;
    await fixture.store.close();
    await fixture.keys.close();
    fixture.keys = await openKeyStore({ folder, masterKey: Buffer.alloc(32, 7) });
    fixture.store = await EmbeddedEventStore.open({ folder });
    fixture.intake = fixture.another({ aliases: fixture.keys.aliases });
  }

  it.each(ERASURE_STEPS.map((step) => [step]))(
    'killed before the step "%s" goes on at the next start and ends whole',
    async (step) => {
      await record();
      const needles = wrappedSecrets();
      expect(needles).toHaveLength(8);
      expect(filesWith(needles)).not.toEqual([]);
      await expect(erasures(step).erase(order)).rejects.toThrow(`killed before ${step}`);
      await reopen();
      const began = step !== 'fence';
      expect(await erasures().resume()).toBe(began ? 1 : 0);
      const done = await erasures().erase(order);
      expect(done.members.map(({ customer }) => customer)).toEqual(PERSON);
      expect(done.finishedAt).not.toBeNull();
      expect(filesWith(needles)).toEqual([]);
      const said = (await fixture.recorded()).filter(({ type }) => type === 'cx.CustomerErased.v1');
      expect(said.map(({ customer, data }) => [customer, data['keyDigest']])).toEqual(
        done.members.map(({ customer, keyDigest }) => [customer, keyDigest]),
      );
      const [other] = await fixture.keys.find([{ tenant: 'default', customer: 'c-9' }]);
      expect(other).toBeDefined();
    },
  );

  it('refuses new events of each identity from the first step on, and knows old ones by their ids alone', async () => {
    await record();
    await expect(erasures('destroy').erase(order)).rejects.toThrow('killed');
    const before = await fixture.recorded();
    const answers = await fixture.intake.record(publisher, [
      { ...identified('c-2', 'new') },
      { ...identified('c-2', 'i-1'), data: { name: 'somebody else' } },
      merge('m-1', 'c-9', 'c-3'),
      merge('m-2', 'c-4', 'c-9'),
      identified('c-9', 'i-9'),
    ]);
    expect(answers.map((one) => (one.status === 'rejected' ? one.problem.code : one.status))).toEqual([
      ...['customer-erased', 'duplicate', 'customer-erased', 'customer-erased', 'recorded'],
    ]);
    const pointers = answers.flatMap((one) =>
      one.status === 'rejected' ? one.problem.errors!.map(({ pointer }) => pointer) : [],
    );
    expect(pointers).toEqual(['/subject', '/data/mergedId', '/subject']);
    expect(answers[1]).toMatchObject({ revision: 0 });
    expect((await fixture.recorded()).length).toBe(before.length + 1);
  });

  it('takes a batch that is atomic whole where it only repeats events of erased customers', async () => {
    await record();
    await erasures().erase(order);
    const batch = [identified('c-2', 'i-1'), identified('c-9', 'i-10')];
    const answers = await fixture.intake.record(publisher, batch, { atomic: true });
    expect(answers.map(({ status }) => status)).toEqual(['duplicate', 'recorded']);
    const refused = await fixture.intake.record(
      publisher,
      [identified('c-2', 'i-1'), identified('c-9', 'i-11'), identified('c-3', 'new')],
      { atomic: true },
    );
    expect(refused.map((one) => one.status === 'rejected' && one.problem.code)).toEqual([
      ...['abandoned', 'abandoned', 'customer-erased'],
    ]);
  });

  it('covers an identity that is merged while the first are being marked', async () => {
    await record();
    const identities = ['c-1', 'c-2'];
    const running = erasures(undefined, identities);
    const { keys } = fixture;
    const fence = keys.erasures.fence.bind(keys.erasures);
    keys.erasures.fence = async (...args) => {
      const marked = await fence(...args);
      if (args[1].length === 2) identities.push('c-3', 'c-4');
      return marked;
    };
    const { members } = await running.erase(order);
    expect(members.map(({ customer }) => customer)).toEqual(PERSON);
  });

  it('13.3: that another process begins while a merge is being recorded is found after it, and the merge is undone', async () => {
    await record();
    const { keys, store } = fixture;
    const append = store.append.bind(store);
    let fences = 0;
    // The other process marks the customer behind this one's look at who is erased, and reads the log before the merge is there.
    store.append = async (request) => {
      if (fences === 0) await keys.erasures.fence({ ...order, id: `e-${++fences}`, requestedAt: 0 }, ['c-2']);
      return append(request);
    };
    const named = merge('late', 'c-9', 'c-2');
    const [survivor] = await fixture.intake.record(publisher, [named]);
    expect(survivor).toMatchObject({
      status: 'recorded',
      warnings: [{ pointer: '/data/mergedId', detail: expect.stringContaining('it is undone') }],
    });
    const [repeat] = await fixture.intake.record(publisher, [named]);
    expect(repeat).toMatchObject({ status: 'duplicate' });
    const links = (await fixture.recorded()).slice(5);
    expect(links.map(({ type, customer, data, occurredAt }) => [type, customer, data, occurredAt])).toEqual([
      ['cx.CustomersMerged.v1', 'c-9', { mergedId: 'c-2' }, '2026-01-31T10:00:00Z'],
      ['cx.CustomersUnmerged.v1', 'c-9', { mergedId: 'c-2' }, '2026-01-31T10:00:00Z'],
    ]);
    // The same with the erased one as the survivor, whose keys are still in this process's memory.
    fences = 0;
    keys.followErasures = async () => undefined;
    store.append = async (request) => {
      if (fences++ === 0) await keys.erasures.fence({ ...order, id: 'e-3', requestedAt: 0 }, ['c-3']);
      delete (keys as { followErasures?: unknown }).followErasures;
      return append(request);
    };
    await fixture.intake.record(publisher, [merge('later', 'c-3', 'c-9')]);
    expect((await fixture.recorded()).slice(7).map(({ type, customer }) => [type, customer])).toEqual([
      ['cx.CustomersMerged.v1', 'c-3'],
      ['cx.CustomersUnmerged.v1', 'c-3'],
    ]);
  });

  it('zammad 4774: of a customer with 70,000 tickets ends, and destroys what opens any of them', async () => {
    await record();
    const { intake, keys } = fixture;
    const ticket = (n: number) => ({
      ...{ specversion: '1.0', type: 'cx.IssueRaised.v1', source: '/desk', id: `t-${n}`, subject: 'c-1' },
      time: '2026-01-31T10:00:00Z',
      data: { issueId: `t-${n}`, category: 'billing', severity: 'low', description: SECRET },
    });
    let recorded = 0;
    for (let from = 0; from < 70_000; from += 1_000) {
      const batch = Array.from({ length: 1_000 }, (_, i) => ticket(from + i));
      const answers = await intake.record(publisher, batch);
      recorded += answers.filter(({ status }) => status === 'recorded').length;
    }
    expect(recorded).toBe(70_000);
    const needles = wrappedSecrets();
    const done = await erasures().erase(order);
    expect([done.members.length, done.finishedAt === null]).toEqual([PERSON.length, false]);
    expect(filesWith(needles)).toEqual([]);
    const found = await keys.find(PERSON.map((customer) => ({ tenant: 'default', customer })));
    expect(found.every((one) => one === undefined)).toBe(true);
    const again = await intake.record(publisher, [ticket(69_999), ticket(70_000)]);
    expect(again.map(({ status }) => status)).toEqual(['duplicate', 'rejected']);
  }, 120_000);

  it('is done again where the key store is an older backup, since the log says so', async () => {
    await record();
    const needles = wrappedSecrets();
    const files = ['keys.sqlite', 'keys.sqlite-wal'].map((name) => join(fixture.folder, name));
    const backup = files.map((file) => readFileSync(file));
    const erased = await erasures().erase(order);
    await fixture.keys.close();
    await fixture.store.close();
    rmSync(`${files[0]!}-shm`, { force: true });
    files.forEach((file, i) => writeFileSync(file, backup[i]!));
    fixture.keys = await openKeyStore({ folder: fixture.folder, masterKey: Buffer.alloc(32, 7) });
    fixture.store = await EmbeddedEventStore.open({ folder: fixture.folder });
    fixture.intake = fixture.another();
    const owners = PERSON.map((customer) => ({ tenant: 'default', customer }));
    expect((await fixture.keys.find(owners)).filter((keys) => keys !== undefined)).toHaveLength(4);
    expect(await erasures().reconcile(fixture.store)).toBe(4);
    expect(await fixture.keys.find(owners)).toEqual([undefined, undefined, undefined, undefined]);
    expect(filesWith(needles)).toEqual([]);
    const again = (await fixture.keys.erasures.get('default', erased.id))!;
    expect(again.members.map(({ keyDigest }) => keyDigest)).toEqual(
      erased.members.map(({ keyDigest }) => keyDigest),
    );
    expect(await erasures().reconcile(fixture.store)).toBe(0);
  });

  it('is not done twice: asked again, also by another identity, it answers with the first', async () => {
    await record();
    const first = await erasures().erase(order);
    expect(await erasures().erase({ ...order, customer: 'c-3', reason: 'again' })).toEqual(first);
    expect(await fixture.keys.erasures.list({ tenant: 'default', limit: 10 })).toHaveLength(1);
  });

  it('deletes dead letters that name the person, and keeps nothing readable of a later one', async () => {
    await record();
    const { folder, keys, intake } = fixture;
    const { operations } = await openSideStores({ operations: { folder } });
    const box = new DeadLetterBox({ store: operations.deadLetters, keys, intake, clock: Date });
    const letter = (origin: string, body: Parameters<DeadLetterBox['put']>[0][number]['body']) => ({
      ...{ tenant: 'default', origin, body, reason: { code: 'invalid-event', detail: 'is wrong' } },
    });
    const unknown = { subject: 'c-99', name: SECRET };
    await box.put([
      letter('own', { event: identified('c-1', 'x') }),
      letter('merge', { event: merge('y', 'unseen', 'c-3') }),
      letter('text', { text: `{"subject": "c-4", "name": ${SECRET}` }),
      letter('other', { event: unknown }),
    ]);
    const sealed = (await operations.deadLetters.list({ tenant: 'default', limit: 10 })).map(
      (one) => one.sealed,
    );
    await erasures().erase(order);
    expect(await box.deleteOf('default', PERSON)).toBe(3);
    const left = await operations.deadLetters.list({ tenant: 'default', limit: 10 });
    expect(left.map(({ origin }) => origin)).toEqual(['other']);
    expect(filesWith(sealed.slice(0, 3).map((text) => Buffer.from(text)))).toEqual([]);
    await box.put([letter('late', { event: identified('c-2', 'z') })]);
    const late = (await operations.deadLetters.list({ tenant: 'default', limit: 10 })).at(-1)!;
    expect(await box.open('default', late.id)).toMatchObject({ letter: { customer: 'c-2' }, body: null });
    expect(await box.retry(publisher, late.id)).toMatchObject({ reason: { code: 'customer-erased' } });
    await operations.close();
  });
});
