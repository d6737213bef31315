import { formatTime } from '#event-sourcing';
import { DAY } from './company.js';
import { leftContract, subscriber } from './personas/contracts.js';
import { lapsed, lapsing, newcomer, occasional, regular } from './personas/buyers.js';
import { servedAtOnce, wonBack } from './personas/good-ends.js';
import { mistakenForAnother, prospect, recognisedCaller, wronglyBlamed } from './personas/others.js';
import { boughtUnseen, overcharged } from './personas/learnt-later.js';
import { detractor, gaveUp, leftWaiting, letDown, passedAround } from './personas/troubles.js';
import { Chance } from './random.js';
import { Story, type DemoEvent, type TouchpointEvent, type Year } from './story.js';

/** A kind of customer: adds to the story of one, and returns the stories of further identities. */
type Persona = (story: Story) => readonly Story[] | void;

/** Who shops here, and how many of each. */
const CAST: readonly (readonly [Persona, number])[] = [
  [boughtUnseen, 6],
  [leftWaiting, 9],
  [passedAround, 10],
  [detractor, 9],
  [letDown, 8],
  [gaveUp, 12],
  [wonBack, 12],
  [servedAtOnce, 34],
  [subscriber, 42],
  [leftContract, 7],
  [recognisedCaller, 6],
  [mistakenForAnother, 2],
  [wronglyBlamed, 3],
  [overcharged, 3],
  [prospect, 30],
  [newcomer, 40],
  [lapsing, 8],
  [lapsed, 40],
  [occasional, 70],
  [regular, 120],
];

export const DEFAULT_SEED = 1;

/** What fixes a demo year: the day it ends (its first moment, UTC, is the end) and the seed. */
export interface DemoYear {
  readonly until: number;
  readonly seed: number;
}

/** The CloudEvents source of a demo year: it names day and seed, so that another year is other events. */
export function sourceOf({ until, seed }: DemoYear): string {
  return `urn:cx:demo:${formatTime(until).slice(0, 10)}:${seed}`;
}

/** The demo year named by a source, or undefined when the source is none of the demo's. */
export function demoYearOf(source: string): DemoYear | undefined {
  const match = /^urn:cx:demo:(\d{4}-\d{2}-\d{2}):(\d+)$/.exec(source);
  return match === null ? undefined : { until: Date.parse(`${match[1]}T00:00:00Z`), seed: Number(match[2]) };
}

/** The id of the n-th customer, from 0. The first one is of those whose orders were learnt late. */
export function customerId(n: number): string {
  return `C-${1001 + n}`;
}

/** Every event of the year in the order in which the ledger learns of them. A function of day and seed alone. */
export function demoEvents(demo: DemoYear): readonly DemoEvent[] {
  const year = yearOf(demo);
  const cast = CAST.flatMap(([persona, count]) => Array.from({ length: count }, () => persona));
  const events = cast.flatMap((persona, n) => {
    const story = new Story(customerId(n), Chance.of(demo.seed, n), year, n);
    const others = persona(story) ?? [];
    return [story, ...others].flatMap(({ events: added }) => [...added]);
  });
  return events.sort((a, b) => a.learntAt - b.learntAt || compareText(a.event.time, b.event.time));
}

/** Events that a careless source sends in the year, each of which the ledger refuses. */
export function wrongEvents(demo: DemoYear): readonly DemoEvent[] {
  const { source, until } = yearOf(demo);
  const sent = (daysAgo: number, id: string, change: Partial<TouchpointEvent>): DemoEvent => {
    const learntAt = until - daysAgo * DAY;
    const time = formatTime(learntAt - 60_000);
    const event = {
      specversion: '1.0',
      id: `wrong/${id}`,
      source,
      type: 'cx.FeedbackGiven.v1',
      time,
    } as const;
    return {
      event: { ...event, subject: customerId(0), data: { survey: 'csat', score: 4 }, ...change },
      learntAt,
    };
  };
  return [
    sent(200, 'e-mail', { subject: 'jane.doe@example.org' }),
    sent(120, 'scale', { data: { survey: 'csat', score: 9 } }),
    sent(40, 'future', { time: '2999-01-01T00:00:00.000Z' }),
  ];
}

function yearOf(demo: DemoYear): Year {
  return { from: demo.until - 365 * DAY, until: demo.until, source: sourceOf(demo) };
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
