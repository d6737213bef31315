import { formatTime } from '#event-sourcing';
import { DAY } from './company.js';
import { leftContract, subscriber } from './personas/contracts.js';
import { lapsed, lapsing, newcomer, occasional, regular } from './personas/buyers.js';
import { servedAtOnce, wonBack } from './personas/good-ends.js';
import { mistakenForAnother, prospect, recognisedCaller, wronglyBlamed } from './personas/others.js';
import { detractor, gaveUp, leftWaiting, letDown, passedAround } from './personas/troubles.js';
import { Chance } from './random.js';
import { Story, type DemoEvent, type Year } from './story.js';

/** A kind of customer, told once for each; what it gives are stories of further identities. */
type Persona = (story: Story) => readonly Story[] | void;

/** Who shops here, and how many of each. */
const CAST: readonly (readonly [Persona, number])[] = [
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

/** The id of the n-th customer, from 0. The first ones are those with the stories worth looking at. */
export function customerId(n: number): string {
  return `C-${1001 + n}`;
}

/** Every event of the year in order of time, as sources would send them. A function of day and seed alone. */
export function demoEvents(demo: DemoYear): readonly DemoEvent[] {
  const year: Year = { from: demo.until - 365 * DAY, until: demo.until, source: sourceOf(demo) };
  const cast = CAST.flatMap(([persona, count]) => Array.from({ length: count }, () => persona));
  const events = cast.flatMap((persona, n) => {
    const story = new Story(customerId(n), Chance.of(demo.seed, n), year, n);
    const others = persona(story) ?? [];
    return [story, ...others].flatMap((told) => [...told.events]);
  });
  return events.sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0));
}
