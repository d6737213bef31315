import { InvalidInput } from '#event-sourcing';
import {
  type QueryContext,
  schema,
  tableFrame,
  type TablesMoment,
  type TenantQuery,
  withTables,
} from '#views';
import { DIMENSION_NAMES, type DimensionName } from '../dimensions.js';
import { type Overview, OVERVIEWS } from '../overviews.js';
import type { PeriodQuestion } from '../time/period.js';
import { figureMembers } from './figure-schema.js';
import type { DimensionFilters } from './filters.js';
import { frameOf, type MeasureAnswer, measureAt } from './measure.js';
import { measureOf } from './measure-question.js';

const { count, list, marker, nullable, object, oneOf, optional, text, time } = schema;

export interface OverviewQuestion extends TenantQuery, PeriodQuestion, DimensionFilters {
  readonly overview: string;
}

/** Several measures of one period side by side. */
export function overviewSchema({ measures, by }: Overview) {
  const figure = object({ ...figureMembers, rows: text('where the rows behind the figure are listed') });
  return object({
    ...tableFrame,
    from: time(),
    to: time('exclusive'),
    tz: text(),
    by: nullable(oneOf(DIMENSION_NAMES)),
    items: list(
      object({
        ...(by !== null && { [by]: nullable(text('null: of the rows that name none')) }),
        kind: optional(
          nullable(oneOf(['human', 'bot'], 'of agents: bots are not to be compared with people')),
        ),
        cases: count('the most cases that one of the measures rests on'),
        fewCases: marker('present where every measure rests on too few cases to be compared'),
        measures: object(Object.fromEntries(measures.map((name) => [name, optional(figure)]))),
      }),
      'those with the most cases first',
    ),
  });
}

type Figures = { readonly [measure: string]: MeasureAnswer['items'][number] };

/** Answers an overview, all of it of one moment. Filters that a measure does not know leave that measure out. */
export function overview(query: QueryContext, question: OverviewQuestion) {
  return withTables(query, question, (moment) => overviewAt(moment, question));
}

async function overviewAt(moment: TablesMoment, question: OverviewQuestion) {
  const { by, measures } = OVERVIEWS.find(({ name }) => name === question.overview)!;
  const filters = DIMENSION_NAMES.filter((name) => question[name] !== undefined);
  const asked = measures.filter((name) => filters.every((filter) => filter in measureOf(name).dimensions));
  if (asked.length === 0) throw noMeasure(question.overview, filters);
  const answers: MeasureAnswer[] = [];
  for (const measure of asked)
    answers.push(await measureAt(moment, { ...question, measure, ...(by !== null && { by }) }));
  const kinds = by === 'agent' ? await agentKinds(moment, question) : undefined;
  const items = [...figuresBy(answers, by)].map(([key, figures]) => {
    const value = JSON.parse(key) as string | null;
    const all = Object.values(figures);
    const named: { readonly [name in DimensionName]?: string | null } = by === null ? {} : { [by]: value };
    return {
      ...named,
      ...(kinds && { kind: kinds.get(value ?? '') ?? null }),
      cases: Math.max(...all.map(({ n }) => n)),
      ...(all.every(({ tooFew, value: known }) => tooFew || known === null) && { fewCases: true as const }),
      measures: Object.fromEntries(
        Object.entries(figures).map(([name, { from: _1, to: _2, by: _3, ...figure }]) => [name, figure]),
      ),
    };
  });
  const { from, to, tz } = answers[0]!;
  return {
    ...(await frameOf(moment, asked.map(measureOf))),
    ...{ from, to, tz, by },
    items: items.sort((a, b) => b.cases - a.cases),
  };
}

/** The figures of each value of the dimension, by measure. */
function figuresBy(
  answers: readonly MeasureAnswer[],
  by: DimensionName | null,
): ReadonlyMap<string, Figures> {
  const found = new Map<string, Figures>();
  for (const { measure, items } of answers) {
    for (const item of items) {
      const value = by === null ? null : (item.by as { readonly [name: string]: string | null })[by]!;
      const key = JSON.stringify(value);
      found.set(key, { ...found.get(key), [measure]: item });
    }
  }
  return found;
}

/** Whether each agent greeted customers as a person or as a bot; who did both counts as a person. */
async function agentKinds(moment: TablesMoment, { tenant, from, to, tz, asOf, at }: OverviewQuestion) {
  const { items } = await measureAt(moment, {
    ...{ tenant, from, to, tz, asOf, at, measure: 'agent-contacts', by: 'agent,agentKind' },
  });
  const kinds = new Map<string, 'human' | 'bot'>();
  for (const { by } of items) {
    const { agent, agentKind } = by as { readonly agent: string; readonly agentKind: 'human' | 'bot' };
    if (kinds.get(agent) !== 'human') kinds.set(agent, agentKind);
  }
  return kinds;
}

function noMeasure(name: string, filters: readonly DimensionName[]): InvalidInput {
  const message = `no measure of ${name} goes by all of ${filters.join(', ')}`;
  const faults = filters.map((filter) => ({
    pointer: `/${filter}`,
    detail: 'must be left out, or asked for with fewer',
  }));
  return new InvalidInput('invalid-question', message, faults);
}
