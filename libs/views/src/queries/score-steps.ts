import { round6 } from '#scoring';
import { list, nullable, number, object, text, type TypeOf } from '../schema.js';
import type { View, ViewScore } from '../view.js';
import type { WalkState } from './walk.js';

/** How a step changed a score, and why. */
export const scoreStep = object({
  view: text(),
  from: nullable(number('just before the step, all silence until then included; null: not known')),
  to: nullable(number('just after the step')),
  change: number('what the step itself did to the score; null counts as 0'),
  why: list(text(), 'what the score rests on and the step changed, in words'),
});
export type ScoreStep = TypeOf<typeof scoreStep>;

type Rests = ReadonlyMap<string, string>;

/** A score at one moment, and what it rests on. */
export interface ScoreMoment {
  readonly view: string;
  readonly score: number | null;
  readonly rests: Rests;
}

/** The scores of those views that have one. */
export function scoresOf(views: readonly View[], moment: WalkState): readonly ScoreMoment[] {
  return views.flatMap(({ name, score }) => {
    if (score === undefined) return [];
    return [
      { view: name, score: scoreAt(score, moment), rests: score.restsOn(moment.state, moment.context) },
    ];
  });
}

/** The scores that a step has changed, of the same views before and after it. */
export function scoreSteps(
  before: readonly ScoreMoment[],
  after: readonly ScoreMoment[],
): readonly ScoreStep[] {
  return after.flatMap(({ view, score: to, rests }, i) => {
    const { score: from, rests: was } = before[i]!;
    if (from === to) return [];
    return [{ view, from, to, change: round6((to ?? 0) - (from ?? 0)), why: whyOf(was, rests) }];
  });
}

function scoreAt(view: ViewScore, { state, context }: WalkState): number | null {
  if (state.lastAt === undefined) return null;
  const { score } = view.at(state, context);
  return score === null ? null : round6(score);
}

function whyOf(was: Rests, is: Rests): readonly string[] {
  const names = new Set([...was.keys(), ...is.keys()]);
  return [...names].flatMap((name) => {
    const [from, to] = [was.get(name), is.get(name)];
    if (from === to) return [];
    if (from === undefined) return [`${name}: new (${to})`];
    return [to === undefined ? `${name}: gone (${from})` : `${name}: ${from} → ${to}`];
  });
}
