const KINDS = [
  (i: number) => [
    'ContactStarted',
    { contactId: `k-${i}`, channel: 'phone', direction: 'inbound', queue: 'billing' },
  ],
  (i: number) => [
    'CustomerGreeted',
    { contactId: `k-${i}`, agentId: `a-${i % 50}`, agentKind: 'human', waitSeconds: 41 },
  ],
  (i: number) => [
    'IssueRaised',
    {
      issueId: `i-${i}`,
      contactId: `k-${i}`,
      category: 'billing',
      severity: 'normal',
      description: 'The invoice of last month shows the old address.',
    },
  ],
  (i: number) => ['IssueAssigned', { issueId: `i-${i}`, agentId: `a-${i % 50}`, team: 'billing' }],
  (i: number) => [
    'ContactEnded',
    { contactId: `k-${i}`, disposition: 'completed', talkSeconds: 312, waitSeconds: 41 },
  ],
] as const;

/** A CloudEvent as a publisher sends it, JSON text of some 300 bytes; every fifth has a personal field. */
export function sentTouchpoint(id: string, number: number, customers: number): string {
  const [name, data] = KINDS[number % KINDS.length]!(number);
  const time = new Date(Date.UTC(2026, 0, 1) + (number % 10_000_000) * 1000).toISOString();
  const subject = `customer-${Math.imul(number, 2_654_435_761) % customers}`.replace('--', '-');
  return JSON.stringify({
    specversion: '1.0',
    id,
    source: '/bench',
    type: `cx.${String(name)}.v1`,
    subject,
    time,
    data,
  });
}
