import type { TouchpointData } from '#journey';
import { BOT, HOUR, MINUTE, SECOND, TEAMS, TEAM_FOR, type Category, type Team } from './company.js';
import type { Story } from './story.js';

export type Channel = TouchpointData['ContactStarted']['channel'];
export type Severity = TouchpointData['IssueRaised']['severity'];

/** How one conversation is opened. */
export interface Opening {
  readonly at: number;
  readonly channel?: Channel;
  readonly direction?: 'inbound' | 'outbound';
  readonly reason?: string;
  readonly waitSeconds?: number;
  readonly team?: Team;
  /** A bot answers first. */
  readonly bot?: boolean;
}

/** One conversation; `now` is the time of its last event. */
export class Conversation {
  readonly contactId: string;
  readonly agentId: string;
  readonly team: Team;
  now: number;
  private readonly startedAt: number;
  private readonly waitSeconds: number;

  constructor(
    private readonly story: Story,
    opening: Opening,
  ) {
    const { chance } = story;
    this.contactId = story.newId('contact');
    this.team = opening.team ?? 'counter';
    this.agentId = chance.pick(TEAMS[this.team]);
    this.waitSeconds = opening.waitSeconds ?? chance.whole(5, 240);
    this.now = this.startedAt = opening.at;
    story.add(this.now, 'ContactStarted', {
      contactId: this.contactId,
      channel: opening.channel ?? chance.pick(['phone', 'email', 'chat', 'web', 'messaging']),
      direction: opening.direction ?? 'inbound',
      queue: this.team,
      reason: opening.reason,
    });
    if (opening.bot === true) this.greetedBy(BOT, 'bot', 1);
  }

  /** Step 1. */
  greets(): this {
    return this.greetedBy(this.agentId, 'human', this.waitSeconds);
  }

  /** Step 2. */
  understands(category: string, expectation?: number, issueId?: string): this {
    this.later(2 * MINUTE);
    const needs = [{ category, description: `wants help with ${category}` }];
    this.story.add(this.now, 'NeedsIdentified', { contactId: this.contactId, needs, expectation, issueId });
    return this;
  }

  /** The need becomes an issue; returns its id. */
  raises(category: Category, severity: Severity, sentiment = 0): string {
    const issueId = this.story.newId('issue');
    this.later(MINUTE);
    this.story.add(this.now, 'IssueRaised', {
      ...{ issueId, contactId: this.contactId, category, severity, sentiment, team: TEAM_FOR[category] },
      description: `${category}: as told by the customer`,
    });
    return issueId;
  }

  /** Step 3. */
  resolves(issueId: string, resolution: string): this {
    this.later(5 * MINUTE);
    const { contactId, agentId } = this;
    this.story.add(this.now, 'ResolutionProvided', { issueId, contactId, agentId, resolution });
    return this;
  }

  /** Step 4. */
  confirms(issueId: string): this {
    this.later(MINUTE);
    this.story.add(this.now, 'ResolutionConfirmed', { issueId, contactId: this.contactId });
    return this;
  }

  /** Step 5. */
  invites(offer?: string): this {
    this.later(MINUTE);
    this.story.add(this.now, 'ReturnInvited', { contactId: this.contactId, offer });
    return this;
  }

  /** Handed to another team, telling everything again or not. */
  handsOver(toTeam: Team, informationRepeated: boolean, issueId?: string): this {
    this.later(4 * MINUTE);
    const toAgentId = this.story.chance.pick(TEAMS[toTeam]);
    this.story.add(this.now, 'ContactTransferred', {
      ...{
        contactId: this.contactId,
        issueId,
        fromAgentId: this.agentId,
        toAgentId,
        toTeam,
        informationRepeated,
      },
    });
    return this;
  }

  ends(disposition: 'completed' | 'abandoned' | 'dropped' = 'completed'): this {
    this.later(2 * MINUTE);
    const talkSeconds = disposition === 'abandoned' ? 0 : Math.round((this.now - this.startedAt) / SECOND);
    this.story.add(this.now, 'ContactEnded', {
      ...{ contactId: this.contactId, disposition, talkSeconds, waitSeconds: this.waitSeconds },
      holdSeconds: this.story.chance.whole(0, 90),
      afterContactSeconds: disposition === 'completed' ? this.story.chance.whole(20, 180) : 0,
    });
    return this;
  }

  /** A survey is sent, and answered when `score` is given. */
  asks(
    survey: 'csat' | 'nps' | 'ces',
    score?: number,
    more: Partial<TouchpointData['FeedbackGiven']> = {},
  ): this {
    const surveyId = this.story.newId('survey');
    const { contactId, agentId } = this;
    this.later(HOUR);
    this.story.add(this.now, 'SurveySent', { surveyId, survey, contactId, issueId: more.issueId });
    if (score === undefined) return this;
    this.later(9 * HOUR);
    // Who is asked for a recommendation is asked for the company's place among three, too.
    const place = survey === 'nps' && { rank: score >= 9 ? 1 : score >= 7 ? 2 : 3, rankedAmong: 3 };
    this.story.add(this.now, 'FeedbackGiven', {
      ...{ survey, score, surveyId, contactId, agentId },
      ...place,
      ...more,
    });
    return this;
  }

  later(about: number): void {
    this.now += Math.floor(this.story.chance.between(0.5, 1.5) * about);
  }

  private greetedBy(agentId: string, agentKind: 'human' | 'bot', waitSeconds: number): this {
    this.now = this.startedAt + waitSeconds * SECOND;
    this.story.add(this.now, 'CustomerGreeted', {
      ...{ contactId: this.contactId, agentId, agentKind, team: this.team, waitSeconds },
    });
    return this;
  }
}
