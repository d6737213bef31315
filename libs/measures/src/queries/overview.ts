import { InvalidInput } from '#event-sourcing';
import {
  type QueryContext,
  type Schema,
  schema,
  tableFrame,
  type TablesMoment,
  type TenantQuery,
  type TypeOf,
  withTables,
} from '#views';
import { DIMENSION_NAMES, type DimensionName } from '../dimensions.js';
import { type Overview, OVERVIEWS } from '../overviews.js';
import type { PeriodQuestion } from '../time/period.js';
import { figureMembers } from './figure-schema.js';
import type { DimensionFilters } from './filters.js';
import { frameOf, type MeasureAnswer, measureAt } from './measure.js';
import { measureOf } from './measure-question.js';
import { hoursOfQueue, openingHours } from './opening-hours.js';

const { count, list, marker, nullable, object, oneOf, optional, text, time } = schema;

export interface OverviewQuestion extends TenantQuery, PeriodQuestion, DimensionFilters {
  readonly overview: string;
  /** See `MeasureQuestion.hours`; what is counted at one instant is left out then. */
  readonly hours?: string;
}

export type OverviewAnswer = Awaited<ReturnType<typeof overview>>;

/** Several measures of one period side by side. */
export function overviewSchema({ name, measures, by }: Overview) {
  const figure = object({ ...figureMembers, rows: text('where the rows behind the figure are listed') });
  const named = by.map((dimension) => [dimension, nullable(text('null: of the rows that name none'))]);
  return object({
    ...tableFrame,
    from: time(),
    to: time('exclusive'),
    tz: text(),
    by: list(oneOf(DIMENSION_NAMES)),
    items: list(
      object({
        ...(Object.fromEntries(named) as { readonly [name: string]: Schema<string | null> }),
        ...(name === 'agents' && { kind: agentKind }),
        ...(name === 'queues' && { openingHours }),
        cases: count('the most cases that one of the measures rests on'),
        fewCases: marker('present where every measure rests on too few cases to be compared'),
        measures: object(Object.fromEntries(measures.map((measure) => [measure, optional(figure)]))),
      }),
      'those with the most cases first; of agents people before bots',
    ),
  });
}

const agentKind = nullable(
  oneOf(['human', 'bot'], 'bots are not to be compared with people; null: greeted nobody'),
);

type Figures = { readonly [measure: string]: MeasureAnswer['items'][number] };

/** Answers an overview, all of it of one moment. Filters and hours that a measure does not know leave that measure out. */
export function overview(query: QueryContext, question: OverviewQuestion) {
  return withTables(query, question, (moment) => overviewAt(moment, question));
}

async function overviewAt(moment: TablesMoment, question: OverviewQuestion) {
  const { by, measures } = OVERVIEWS.find(({ name }) => name === question.overview)!;
  const filters = DIMENSION_NAMES.filter((name) => question[name] !== undefined);
  const asked = measures.filter((name) => {
    const { dimensions, stock } = measureOf(name);
    return filters.every((filter) => filter in dimensions) && (question.hours === undefined || !stock);
  });
  if (asked.length === 0) throw noMeasure(question.overview, filters);
  const answers: MeasureAnswer[] = [];
  for (const measure of asked)
    answers.push(
      await measureAt(moment, { ...question, measure, ...(by.length > 0 && { by: by.join(',') }) }),
    );
  const about = await aboutItems(moment, question, answers[0]!);
  const items = [...figuresBy(answers, by)].map(([key, figures]) => {
    const values = JSON.parse(key) as readonly (string | null)[];
    const all = Object.values(figures);
    return {
      ...(Object.fromEntries(by.map((name, i) => [name, values[i]!])) as DimensionValues),
      ...about(values[0] ?? null),
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
    items: items.sort((a, b) => Number(isBot(a)) - Number(isBot(b)) || b.cases - a.cases),
  };
}

type DimensionValues = { readonly [name in DimensionName]?: string | null };

interface AboutItem {
  readonly kind?: 'human' | 'bot' | null;
  readonly openingHours?: TypeOf<typeof openingHours>;
}

const isBot = ({ kind }: { readonly kind?: unknown }): boolean => kind === 'bot';

/** What is said of an item besides its figures. */
async function aboutItems(
  moment: TablesMoment,
  question: OverviewQuestion,
  { from, to }: MeasureAnswer,
): Promise<(value: string | null) => AboutItem> {
  if (question.overview === 'agents') {
    const kinds = await agentKinds(moment, question);
    return (agent) => ({ kind: kinds.get(agent ?? '') ?? null });
  }
  if (question.overview !== 'queues') return () => ({});
  const period = { from: Date.parse(from), to: Date.parse(to) };
  return (queue) => ({ openingHours: hoursOfQueue(queue, period, moment.context) });
}

/** The figures of each combination of values, by measure. */
function figuresBy(
  answers: readonly MeasureAnswer[],
  by: readonly DimensionName[],
): ReadonlyMap<string, Figures> {
  const found = new Map<string, Figures>();
  for (const { measure, items } of answers) {
    for (const item of items) {
      const values = item.by as { readonly [name: string]: string | null } | undefined;
      const key = JSON.stringify(by.map((name) => values![name]));
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
