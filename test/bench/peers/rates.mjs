// Events of the same size as those of append.bench, appended to a peer: a commit is a stream of so many events,
// since a peer's append is to one stream. Says events a second by events of a commit, one writer, best of rounds.
import { randomBytes, randomInt, randomUUID } from 'node:crypto';

const TYPES = [
  'ContactStarted',
  'CustomerGreeted',
  'IssueRaised',
  'ResolutionProvided',
  'IssueClosed',
  'ContactEnded',
];
const ROUNDS = 3;

/** What a recorded event's JSON holds, as the peers' data. */
function event(i) {
  const type = `cx.${TYPES[i % TYPES.length]}.v1`;
  return {
    type,
    data: {
      contentHash: randomBytes(16).toString('hex'),
      customer: `C${randomInt(1000)}`,
      data: { channel: 'phone', contactId: `${i}` },
      envelopeVersion: 1,
      eventId: randomUUID(),
      id: `${i}`,
      occurredAt: '2026-03-02T09:00:00Z',
      publisher: 'bench',
      recordedAt: '2026-03-02T09:00:00.000Z',
      source: 'bench',
      tenant: 'default',
    },
  };
}

export async function rates(store, seconds) {
  const found = {};
  for (const perCommit of [1, 20, 100, 1000]) {
    let best = 0;
    for (let round = 0; round < ROUNDS; round++)
      best = Math.max(best, await rate(store, perCommit, (seconds * 1000) / ROUNDS));
    found[perCommit] = Math.round(best);
  }
  return found;
}

async function rate(store, perCommit, millis) {
  const commits = Array.from({ length: Math.max(5, Math.ceil(5000 / perCommit)) }, () =>
    Array.from({ length: perCommit }, (_, i) => event(i)),
  );
  const began = performance.now();
  let events = 0;
  for (let i = 0; performance.now() - began < millis; i++) {
    await store.appendToStream(`customer-default.${randomUUID()}`, commits[i % commits.length]);
    events += perCommit;
  }
  return (events * 1000) / (performance.now() - began);
}
