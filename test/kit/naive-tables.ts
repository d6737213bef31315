import { compareOrder, type Fact, parseTime } from '#event-sourcing';

// Derived tables worked out from the raw events of one person by looking through all of them for each value: slow, and
// with nothing of the fold's code. `naive.spec` compares both.

type Data = { readonly [field: string]: unknown };
export type NaiveFact = Fact<string, Data>;
export type NaiveRow = { readonly [column: string]: string | number | null };

const OWN = [
  'ContactStarted',
  'CustomerGreeted',
  'NeedsIdentified',
  'ContactTransferred',
  'ReturnInvited',
  'ContactEnded',
];
/** Touchpoints that say which contact was about which issue. */
const LINKS = [
  'NeedsIdentified',
  'ContactTransferred',
  'FollowUpCompleted',
  'IssueRaised',
  'ResolutionProvided',
  'ResolutionConfirmed',
  'IssueReopened',
  'IssueClosed',
];
const STEPS = {
  stepGreeted: 'CustomerGreeted',
  stepNeeds: 'NeedsIdentified',
  stepMet: 'ResolutionProvided',
  stepConfirmed: 'ResolutionConfirmed',
  stepInvited: 'ReturnInvited',
} as const;
/** An issue exists from one of these on. */
const OF_ISSUE =
  'IssueRaised IssueAssigned IssueWaiting IssueResumed IssueTransferred IssueReprioritised IssueBreachReported IssueEscalated ResolutionProvided ResolutionConfirmed IssueReopened IssueClosed'.split(
    ' ',
  );

const word = (value: unknown): string | null => (value === undefined ? null : (value as string));
const millis = (seconds: unknown): number | null =>
  seconds === undefined ? null : Math.round((seconds as number) * 1000);
const distinct = <T>(values: readonly T[]): readonly T[] => [...new Set(values)];

function earliest(facts: readonly NaiveFact[]): number | null {
  return facts.length === 0 ? null : Math.min(...facts.map(({ occurredAt }) => occurredAt));
}

/** All events of one person that count, in business order. */
export class NaivePerson {
  private readonly facts: readonly NaiveFact[];

  constructor(facts: readonly Fact[]) {
    this.facts = [...(facts as readonly NaiveFact[])].sort(compareOrder);
  }

  contacts(): readonly NaiveRow[] {
    return this.things(OWN, 'contactId').map(([customer, contactId]) => this.contact(customer, contactId));
  }

  private contact(customer: string, contactId: string): NaiveRow {
    const all = this.of(customer, 'contactId', contactId);
    const own = all.filter(({ type }) => OWN.includes(type));
    const having = (type: string) => all.filter((fact) => fact.type === type);
    const greetings = having('CustomerGreeted');
    const human = greetings.filter(({ data }) => data['agentKind'] === 'human');
    const [end] = having('ContactEnded');
    const started = having('ContactStarted');
    const transfers = having('ContactTransferred');
    const startedAt = own[0]!.occurredAt;
    const issues = this.issuesOf(customer, contactId);
    const parts = ['talkSeconds', 'holdSeconds', 'afterContactSeconds'].map((part) =>
      millis(end?.data[part]),
    );
    const known = parts.filter((part) => part !== null);
    const disposition = word(end?.data['disposition']);
    const stated = millis(human[0]?.data['waitSeconds']) ?? millis(end?.data['waitSeconds']);
    const abandonedAfter =
      disposition === 'abandoned' ? (millis(end!.data['waitSeconds']) ?? end!.occurredAt - startedAt) : null;
    return {
      contactId,
      publishedTo: customer,
      channel: word(started.at(-1)?.data['channel']),
      direction: word(started.at(-1)?.data['direction']),
      queue: word(started.findLast(({ data }) => data['queue'] !== undefined)?.data['queue']),
      issueId: issues[0] ?? null,
      issues: issues.length,
      agentId: word(human.at(-1)?.data['agentId']),
      firstAgentId: word(human[0]?.data['agentId']),
      agents: distinct(human.map(({ data }) => data['agentId'])).length,
      startedAt,
      answeredAt: human[0]?.occurredAt ?? null,
      endedAt: end?.occurredAt ?? null,
      waitMs: human.length > 0 ? (stated ?? human[0]!.occurredAt - startedAt) : abandonedAfter,
      talkMs: parts[0]!,
      holdMs: parts[1]!,
      afterContactMs: parts[2]!,
      handleMs: known.length === 0 ? null : known.reduce((a, b) => a + b, 0),
      disposition,
      abandoned: disposition === 'abandoned' ? 1 : 0,
      abandonedAfterMs: abandonedAfter,
      transfers: transfers.length,
      informationRepeated: transfers.filter(({ data }) => data['informationRepeated'] === true).length,
      ...this.steps(all, disposition),
      implied: started.length === 0 ? 1 : 0,
    };
  }

  /** Which steps were done (1), are missing (0), or do not apply (null). */
  private steps(all: readonly NaiveFact[], disposition: string | null): NaiveRow {
    const done = (type: string) => all.some((fact) => fact.type === type);
    const need =
      done('NeedsIdentified') ||
      done('IssueRaised') ||
      done('ResolutionProvided') ||
      done('ResolutionConfirmed');
    let brokenOff = disposition === 'completed' || disposition === null;
    const steps = Object.entries(STEPS).map(([step, type]): [string, number | null] => {
      if (done(type)) return [step, 1];
      if (disposition === null) return [step, null];
      if (disposition !== 'completed') {
        const isFirst = !brokenOff;
        brokenOff = true;
        return [step, isFirst ? 0 : null];
      }
      return [step, need || (step !== 'stepMet' && step !== 'stepConfirmed') ? 0 : null];
    });
    const applicable = steps.filter(([, outcome]) => outcome !== null).length;
    return {
      ...Object.fromEntries(steps),
      stepsDone: steps.filter(([, outcome]) => outcome === 1).length,
      stepsApplicable: disposition === null ? null : applicable,
    };
  }

  assignments(): readonly NaiveRow[] {
    return this.things(OF_ISSUE, 'issueId').flatMap(([customer, issueId]) => {
      const all = this.of(customer, 'issueId', issueId);
      const greetings = this.contactsAbout(customer, issueId).flatMap((contactId) =>
        this.of(customer, 'contactId', contactId).filter(({ type }) => type === 'CustomerGreeted'),
      );
      const by = (type: string, field: string) =>
        all.flatMap((fact) => (fact.type === type && fact.data[field] !== undefined ? [fact] : []));
      const given = [...by('ResolutionProvided', 'agentId'), ...by('PromiseMade', 'agentId')];
      const assigned = [...by('IssueAssigned', 'agentId'), ...by('IssueTransferred', 'toAgentId')];
      const agents = distinct([
        ...greetings.map(({ data }) => data['agentId']),
        ...given.map(({ data }) => data['agentId']),
        ...assigned.map(({ data }) => data['agentId'] ?? data['toAgentId']),
      ]) as readonly string[];
      return agents.map((agentId): NaiveRow => {
        const joined = greetings.filter(({ data }) => data['agentId'] === agentId);
        const contacts = distinct(joined.map(({ data }) => data['contactId'])).length;
        const own = given.filter(({ data }) => data['agentId'] === agentId);
        return {
          ...{ issueId, publishedTo: customer, agentId, contacts },
          work: contacts + own.length,
          resolutions: own.filter(({ type }) => type === 'ResolutionProvided').length,
          assignedAt: earliest(
            assigned.filter(({ data }) => (data['agentId'] ?? data['toAgentId']) === agentId),
          ),
        };
      });
    });
  }

  issues(): readonly NaiveRow[] {
    return this.things(OF_ISSUE, 'issueId').map(([customer, issueId]) => this.issue(customer, issueId));
  }

  private issue(customer: string, issueId: string): NaiveRow {
    const own = this.of(customer, 'issueId', issueId).filter(({ type }) => OF_ISSUE.includes(type));
    const spells: { from: number; to: number | null }[] = [{ from: own[0]!.occurredAt, to: null }];
    let closed: number | null = null;
    let confirmed: number | null = null;
    for (const { type, occurredAt } of own) {
      const spell = spells.at(-1)!;
      const ends = ['ResolutionProvided', 'ResolutionConfirmed', 'IssueClosed'].includes(type);
      if (spell.to !== null && ['IssueReopened', 'IssueResumed'].includes(type)) {
        spells.push({ from: occurredAt, to: null });
        [closed, confirmed] = [null, null];
      } else if (ends && spell.to === null) spell.to = occurredAt;
      if (type === 'IssueClosed') closed ??= occurredAt;
      if (type === 'ResolutionConfirmed' && closed === null) confirmed ??= occurredAt;
    }
    const ended = spells.flatMap(({ from, to }) => (to === null ? [] : [to - from]));
    const last = spells.at(-1)!;
    return {
      ...{ issueId, publishedTo: customer },
      openedAt: own[0]!.occurredAt,
      contacts: this.contactsAbout(customer, issueId).length,
      reopens: spells.length - 1,
      transfers: own.filter(({ type }) => type === 'IssueTransferred').length,
      escalations: own.filter(({ type }) => type === 'IssueEscalated').length,
      resolutions: ended.length,
      spellFrom: last.from,
      firstResolvedAt: spells[0]!.to,
      firstResolutionMs: ended[0] ?? null,
      resolvedAt: last.to,
      resolutionMs: last.to === null ? null : last.to - last.from,
      openMs: ended.reduce((a, b) => a + b, 0),
      closedAt: closed,
      confirmedAt: confirmed,
    };
  }

  answers(): readonly NaiveRow[] {
    const answers = this.facts.filter(({ type }) => type === 'FeedbackGiven');
    const subject = ({ customer, data }: NaiveFact) =>
      JSON.stringify([customer, data['survey'], data['surveyId'], data['dimension']]);
    return answers.map((answer, i) => {
      const { customer, eventId, occurredAt, data } = answer;
      const later =
        data['surveyId'] === undefined
          ? undefined
          : answers.slice(i + 1).find((other) => subject(other) === subject(answer));
      return {
        ...{ answerId: eventId, publishedTo: customer, survey: word(data['survey']) },
        surveyId: word(data['surveyId']),
        scoreMillionths: (data['score'] as number) * 1_000_000,
        rank: (data['rank'] as number | undefined) ?? null,
        rankedAmong: (data['rankedAmong'] as number | undefined) ?? null,
        givenAt: occurredAt,
        replaced: later === undefined ? 0 : 1,
        replacedAt: later?.occurredAt ?? null,
      };
    });
  }

  surveys(): readonly NaiveRow[] {
    const keyOf = ({ customer, data }: NaiveFact) =>
      JSON.stringify([customer, data['survey'], data['surveyId']]);
    const sent = this.facts.filter(({ type }) => type === 'SurveySent');
    const answers = this.facts.filter(
      ({ type, data }) => type === 'FeedbackGiven' && data['surveyId'] !== undefined,
    );
    return distinct(sent.map(keyOf)).map((key) => {
      const first = sent.find((fact) => keyOf(fact) === key)!;
      return {
        surveyId: word(first.data['surveyId']),
        publishedTo: first.customer,
        survey: word(first.data['survey']),
        sentAt: first.occurredAt,
        answeredAt: answers.find((fact) => keyOf(fact) === key)?.occurredAt ?? null,
      };
    });
  }

  /** `dueAt`: as said last; missed as of the last that was said before it was settled. */
  promises(): readonly NaiveRow[] {
    const types = ['PromiseMade', 'PromiseKept', 'PromiseBroken', 'FollowUpCompleted'];
    return this.things(types, 'promiseId').map(([customer, promiseId]) => {
      const all = this.of(customer, 'promiseId', promiseId).filter(({ type }) => types.includes(type));
      const made = all.filter(({ type }) => type === 'PromiseMade');
      const settled = all.find(({ type }) => type !== 'PromiseMade');
      const isBroken = settled?.type === 'PromiseBroken';
      return {
        ...{ promiseId, publishedTo: customer },
        kind: word(made.at(-1)?.data['kind']),
        madeAt: made[0]?.occurredAt ?? null,
        dueAt: made.length === 0 ? null : parseTime(made.at(-1)!.data['dueAt'] as string)!,
        keptAt: settled === undefined || isBroken ? null : settled.occurredAt,
        brokenAt: isBroken ? settled.occurredAt : null,
      };
    });
  }

  purchases(): readonly NaiveRow[] {
    const kinds: { readonly [type: string]: string } = {
      PurchaseMade: 'purchase',
      PurchaseReturned: 'return',
    };
    return this.facts.flatMap(({ type, customer, eventId, occurredAt, data }) => {
      const kind = kinds[type];
      if (kind === undefined) return [];
      const { currency, amount } = data;
      const units = Number(amount) * (currency === 'JPY' ? 1 : 100);
      return [
        {
          ...{ purchaseId: eventId, publishedTo: customer, kind, orderId: word(data['orderId']) },
          // Half a cent goes up; the test's amounts are far from what a binary fraction would round otherwise.
          amountMinor: Math.floor(units + 0.5 + 1e-9),
          ...{ currency: word(currency), bookedAt: occurredAt },
        },
      ];
    });
  }

  mentions(): readonly NaiveRow[] {
    const kinds: { readonly [type: string]: string } = {
      PublicMentionPosted: 'mention',
      ReferralMade: 'referral',
    };
    return this.facts.flatMap(({ type, customer, eventId, occurredAt, data }) => {
      const kind = kinds[type];
      if (kind === undefined) return [];
      const { sentiment } = data;
      return [
        {
          ...{ mentionId: eventId, publishedTo: customer, kind, platform: word(data['platform']) },
          sentimentMillionths: sentiment === undefined ? null : (sentiment as number) * 1_000_000,
          ...{ reach: (data['reach'] as number | undefined) ?? null, postedAt: occurredAt },
        },
      ];
    });
  }

  offers(): readonly NaiveRow[] {
    const made = this.things(['OfferMade'], 'offerId').map(([customer, offerId]): NaiveRow => {
      const all = this.of(customer, 'offerId', offerId);
      const said = (field: string) =>
        all.findLast(({ data }) => data[field] !== undefined)?.data[field] as boolean | undefined;
      const flag = (value: boolean | undefined) => (value === undefined ? null : Number(value));
      return {
        ...{ offerId, publishedTo: customer, kind: 'offer', category: word(all.at(-1)!.data['category']) },
        ...{ suitable: flag(said('suitable')), accepted: flag(said('accepted')), madeAt: all[0]!.occurredAt },
      };
    });
    const competitors = this.facts
      .filter(({ type }) => type === 'CompetitorRecommended')
      .map(({ customer, eventId, occurredAt, data }): NaiveRow => ({
        ...{ offerId: eventId, publishedTo: customer, kind: 'competitor', category: word(data['category']) },
        ...{ suitable: null, accepted: null, madeAt: occurredAt },
      }));
    return [...made, ...competitors];
  }

  contracts(): readonly NaiveRow[] {
    const types = ['ContractStarted', 'ContractRenewed', 'ContractEnded'];
    return this.things(types, 'contractId').map(([customer, contractId]) => {
      const all = this.of(customer, 'contractId', contractId);
      const renewals = all.filter(({ type }) => type === 'ContractRenewed');
      return {
        ...{ contractId, publishedTo: customer, renewals: renewals.length },
        renewedAt: renewals.at(-1)?.occurredAt ?? null,
      };
    });
  }

  /** The things of which one of these touchpoints tells, as [customer, id]. */
  private things(types: readonly string[], id: string): readonly (readonly [string, string])[] {
    const keys = this.facts.flatMap(({ type, customer, data }) =>
      types.includes(type) && data[id] !== undefined ? [JSON.stringify([customer, data[id]])] : [],
    );
    return distinct(keys).map((key) => JSON.parse(key) as [string, string]);
  }

  private of(customer: string, field: string, id: string): readonly NaiveFact[] {
    return this.facts.filter((fact) => fact.customer === customer && fact.data[field] === id);
  }

  private issuesOf(customer: string, contactId: string): readonly string[] {
    const links = this.of(customer, 'contactId', contactId).filter(({ type }) => LINKS.includes(type));
    return distinct(links.flatMap(({ data }) => (data['issueId'] as string | undefined) ?? []));
  }

  private contactsAbout(customer: string, issueId: string): readonly string[] {
    const links = this.of(customer, 'issueId', issueId).filter(({ type }) => LINKS.includes(type));
    return distinct(links.flatMap(({ data }) => (data['contactId'] as string | undefined) ?? []));
  }
}
