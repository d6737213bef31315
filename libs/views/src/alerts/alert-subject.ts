/** What an alert is about, besides its rule: what identifies it within the rule, and nothing else. */
export interface AlertSubject {
  /** The survivor. */
  readonly customer?: string;
  readonly issueId?: string;
  readonly promiseId?: string;
  /** The identity that issue or promise was published to, where it is another than the customer. */
  readonly publishedTo?: string;
  readonly source?: string;
  readonly measure?: string;
}

/** A rule and its subject as one text: there is at most one open alert for each. */
export function alertKey(rule: string, subject: AlertSubject): string {
  const { customer, issueId, promiseId, publishedTo, source, measure } = subject;
  // A merge changes whose issue it is, never to whom it was published.
  const owner = publishedTo ?? customer ?? null;
  return JSON.stringify([rule, owner, issueId ?? null, promiseId ?? null, source ?? measure ?? null]);
}
