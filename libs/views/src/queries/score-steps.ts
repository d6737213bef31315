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

/** The scores that a step has changed. Read `before` first: the state is one object that the walk goes on with. */
export interface ScoresBefore {
  readonly of: readonly { readonly view: View; readonly score: number | null; readonly rests: Rests }[];
}

type Rests = ReadonlyMap<string, string>;

export function scoresOf(views: readonly View[], { state, context }: WalkState): ScoresBefore {
  return {
    of: views.flatMap((view) =>
      view.score === undefined
        ? []
        : [
            {
              view,
              score: scoreAt(view.score, { state, context }),
              rests: view.score.restsOn(state, context),
            },
          ],
    ),
  };
}

export function scoreSteps(before: ScoresBefore, after: ScoresBefore): readonly ScoreStep[] {
  return after.of.flatMap(({ view, score: to, rests }, i) => {
    const { score: from, rests: was } = before.of[i]!;
    if (from === to) return [];
    return [{ view: view.name, from, to, change: round6((to ?? 0) - (from ?? 0)), why: whyOf(was, rests) }];
  });
}

function scoreAt(view: ViewScore, { state, context }: WalkState): number | null {
  if (state.lastAt === undefined) return null;
  const score = view.score(state, context);
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
