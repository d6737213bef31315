import type { Channel } from '#journey';
import { ContactAgents } from './contact-agents.js';

/** The five steps of a contact done well, as bits in their order: greet, needs, meet, confirm, door. */
export const STEP = {
  /** Somebody answered. */
  CustomerGreeted: 1,
  /** What the customer needs is known. */
  NeedsIdentified: 2,
  /** The need was met. */
  ResolutionProvided: 4,
  /** The customer agreed that nothing is left. */
  ResolutionConfirmed: 8,
  /** The customer was asked to come again. */
  ReturnInvited: 16,
} as const;

const ALL = 31;
const BITS = [1, 2, 4, 8, 16] as const;
/** Steps that show that there was a need. */
export const OF_A_NEED = STEP.NeedsIdentified | STEP.ResolutionProvided | STEP.ResolutionConfirmed;
/** Steps that apply where there was neither need nor issue. */
const WITHOUT_NEED = STEP.CustomerGreeted | STEP.NeedsIdentified | STEP.ReturnInvited;

export type Disposition = 'completed' | 'abandoned' | 'dropped';

/** A step of a contact: done, missing, or (null) not applicable or still to come. */
export type StepOutcome = 'done' | 'missing' | null;

const NONE: string[] = [];

/** One conversation, changed in place. Identified by (customer as published, id). */
export class Contact {
  changed = false;
  /** Its first event of its own, ms; undefined while only other touchpoints name the contact. */
  startedAt: number | undefined;
  /** True while its ContactStarted is not known. */
  implied = true;
  channel: Channel | undefined;
  direction: 'inbound' | 'outbound' | undefined;
  queue: string | undefined;
  /** The team that had it last. */
  team: string | undefined;
  /** The segment of the customer when it began. */
  segment: string | undefined;
  /** The first need found. */
  needCategory: string | undefined;
  /** The category of the first issue that it was about, once that is known. */
  issueCategory: string | undefined;
  /** The issues that it was about, in the order in which that became known. */
  issueIds: string[] = NONE;
  readonly agents = new ContactAgents();
  /** What the customer said to expect (1–7). */
  expected: number | undefined;
  /** Bits of the steps done. */
  done = 0;
  /** When each step was done first (ms), in the order of the steps; NaN: it was not. */
  private readonly stepAt = [NaN, NaN, NaN, NaN, NaN];
  /** Whether the hours of its queue were open when it began; undefined while its ContactStarted is not known. */
  beganOpen: boolean | undefined;
  /** Whether there was something to be met: a need or an issue. */
  need = false;
  /** The first greeting by a person, ms. */
  answeredAt: number | undefined;
  /** Milliseconds; null before the end. */
  endedAt: number | null = null;
  disposition: Disposition | undefined;
  /** The event of its end. */
  endEventId: string | undefined;
  /** The wait as the first greeting by a person says, ms. */
  waitOfGreeting: number | undefined;
  /** The wait as the end says, ms. */
  waitOfEnd: number | undefined;
  talkMs: number | undefined;
  holdMs: number | undefined;
  afterContactMs: number | undefined;
  transfers = 0;
  informationRepeated = 0;
  escalated = false;
  callback = false;
  /** A survey about it was sent. */
  surveyed = false;

  constructor(
    readonly customer: string,
    readonly contactId: string,
  ) {}

  get category(): string | undefined {
    return this.issueCategory ?? this.needCategory;
  }

  /** Until a person greeted the customer, or the contact was abandoned; undefined while neither has happened. */
  get waitMs(): number | undefined {
    if (this.answeredAt === undefined) return this.abandonedAfterMs;
    return this.waitOfGreeting ?? this.waitOfEnd ?? this.answeredAt - this.startedAt!;
  }

  get abandonedAfterMs(): number | undefined {
    if (this.disposition !== 'abandoned') return undefined;
    return this.waitOfEnd ?? this.endedAt! - this.startedAt!;
  }

  /** Talk, hold and after-contact work; undefined where none of them is known. */
  get handleMs(): number | undefined {
    const { talkMs, holdMs, afterContactMs } = this;
    if (talkMs === undefined && holdMs === undefined && afterContactMs === undefined) return undefined;
    return (talkMs ?? 0) + (holdMs ?? 0) + (afterContactMs ?? 0);
  }

  /**
   * Bits of the steps that apply; undefined until the contact has ended. In a completed contact greeting, finding the need
   * and leaving the door open always apply, meeting and confirming where there was a need or an issue. One that was
   * abandoned or dropped is asked for what was done and the step at which it broke off.
   */
  get applicable(): number | undefined {
    if (this.endedAt === null) return undefined;
    if (this.disposition === 'completed') return this.need ? ALL : WITHOUT_NEED;
    const brokenOffAt = BITS.find((bit) => (this.done & bit) === 0) ?? 0;
    return this.done | brokenOffAt;
  }

  /** The share of the applicable steps that were done, 0…1; undefined until the contact has ended. */
  get serviceShare(): number | undefined {
    const { applicable } = this;
    return applicable === undefined ? undefined : countOf(this.done & applicable) / countOf(applicable);
  }

  get stepsDone(): number {
    return countOf(this.done);
  }

  get stepsApplicable(): number | undefined {
    return this.applicable === undefined ? undefined : countOf(this.applicable);
  }

  noteStep(step: keyof typeof STEP, at: number): void {
    this.done |= STEP[step];
    const place = BITS.indexOf(STEP[step]);
    if (Number.isNaN(this.stepAt[place])) this.stepAt[place] = at;
  }

  /** How long (ms) a step took: from the latest earlier step that was done before it; undefined where none was. */
  stepMs(step: keyof typeof STEP): number | undefined {
    const place = BITS.indexOf(STEP[step]);
    const at = this.stepAt[place]!;
    const before = this.stepAt.slice(0, place).filter((time) => time <= at);
    return before.length === 0 ? undefined : at - Math.max(...before);
  }

  stepOutcome(step: keyof typeof STEP): StepOutcome {
    const bit = STEP[step];
    if ((this.done & bit) !== 0) return 'done';
    return this.applicable !== undefined && (this.applicable & bit) !== 0 ? 'missing' : null;
  }
}

/** How many bits are set. */
function countOf(bits: number): number {
  let count = 0;
  for (let rest = bits; rest !== 0; rest &= rest - 1) count += 1;
  return count;
}
