import type { Item } from '#api';
import { minuteOf, printable } from './print.js';

type Step = Item<'replay'>;
type Change = Step['changes'][number];

interface ReplayStyle {
  /** Every change. */
  readonly full: boolean;
  /** All views are shown: of each what people ask first. */
  readonly overview: boolean;
  readonly order: string | undefined;
}

const LONGEST_VALUE = 80;
/** Changed fields that are shown of one step. */
const MOST_CHANGES = 8;
/** What the score line or the sentence says already, or what says nothing to people. */
const SAID =
  /(^|\/)(score|risk|excess|coverage|pAlive|weight|value|modelVersion|policyVersion|nextBandAt|reasons|components)(\/|$)/;

/** What people ask first of all views: states, bands, counts, and issues and promises as they come. */
const FIRST_ASKED =
  /\/(band|state|breached|severity|team|\w*[cC]ount)$|^\/(issues\/open|promises\/(due|missed|kept))\/[^/]+$/;

/** The lines of one step, for people. `before`: the step before it, if any. */
export function replayLines(
  step: Step,
  before: Step | undefined,
  { full, overview, order }: ReplayStyle,
): string[] {
  const lines = [`${timeText(step.occurredAt)}  ${printable(step.what)}`];
  const origin = originText(step, order);
  if (origin !== '') lines.push(`    ${origin}`);
  for (const score of step.scores) lines.push(...scoreLines(score, before));
  const isShown = (path: string) => (overview ? FIRST_ASKED.test(path) : !SAID.test(path));
  const shown = step.changes.filter(({ path }) => full || isShown(path));
  const most = full ? shown.length : MOST_CHANGES;
  for (const change of shown.slice(0, most)) lines.push(`    ${changeText(change)}`);
  if (shown.length > most) lines.push(`    … and ${shown.length - most} more fields (--full)`);
  if (lines.length === (origin === '' ? 1 : 2)) lines.push('    (changes nothing here)');
  return lines;
}

/** When and how the ledger learnt of it, where that tells something. */
function originText({ recorded, occurredAt, publishedTo }: Step, order: string | undefined): string {
  if (recorded === undefined) return '';
  const { recordedAt, causationId, causedBy, correlationId } = recorded;
  const late = (Date.parse(recordedAt) - Date.parse(occurredAt)) / 86_400_000;
  return printable(
    [
      (order === 'recorded' || late >= 1) &&
        `recorded ${timeText(recordedAt)}${late >= 1 ? `, ${Math.floor(late)} days later` : ''}`,
      publishedTo !== undefined && `published to ${publishedTo}`,
      causationId !== undefined && `because of ${causationId}${causedBy === undefined ? '' : ' (above)'}`,
      correlationId !== undefined && `part of ${correlationId}`,
    ]
      .filter((part) => part !== false)
      .join(' · '),
  );
}

function scoreLines(
  { view, from, to, change, why }: Step['scores'][number],
  before: Step | undefined,
): string[] {
  const [was, then, now] = [before?.scores.find((score) => score.view === view)?.to ?? null, from, to].map(
    (score) => figure(view, score),
  ) as [string, string, string];
  if (then === now) return [];
  const idle =
    before !== undefined && was !== then && was !== figure(view, null) ? `${was}, by time alone ` : '';
  const reason = why.length === 0 ? '' : `: ${printable(why.join('; '))}`;
  const points = figure(view, Math.abs(change)).replace(' %', ' points');
  return [`    ${view} ${idle}${then} → ${now} (${change > 0 ? '+' : '−'}${points})${reason}`];
}

/** A risk is a share, every other score a number of its scale. */
function figure(view: string, value: number | null): string {
  if (value === null) return 'not known';
  return view === 'churn-risk' ? `${(value * 100).toFixed(1)} %` : value.toFixed(1);
}

function changeText({ path, from, to }: Change): string {
  const name = nameOf(path);
  if (from === undefined) return `${name}: ${valueText(to)}`;
  return to === undefined
    ? `${name}: gone (${valueText(from)})`
    : `${name}: ${valueText(from)} → ${valueText(to)}`;
}

/** `/issues/open/4711/breachAt` as `issues · open · 4711 · breach at`. */
function nameOf(path: string): string {
  const steps = path
    .slice(1)
    .split('/')
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  return printable(
    steps
      .map((step) =>
        /^[a-z]+[A-Z]/.test(step) ? step.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`) : step,
      )
      .join(' · '),
  );
}

function valueText(value: unknown): string {
  const text = printable(
    typeof value === 'string'
      ? value
      : typeof value === 'object' && value !== null
        ? membersText(value)
        : String(value),
  );
  return text.length <= LONGEST_VALUE ? text : `${text.slice(0, LONGEST_VALUE - 1)}…`;
}

function membersText(value: object): string {
  if (Array.isArray(value))
    return value.length === 0 ? 'none' : value.map((item) => valueText(item)).join(', ');
  return Object.entries(value)
    .filter(([, member]) => member !== null)
    .map(([name, member]) => `${nameOf(`/${name}`)} ${valueText(member)}`)
    .join(', ');
}

/** UTC, to the minute. */
function timeText(time: string): string {
  return minuteOf(new Date(time).toISOString());
}
