import { Means, Touchpoint } from '../declare.js';
import {
  Id,
  Instant,
  Label,
  ListOf,
  Nested,
  OneOf,
  Optional,
  Seconds,
  Where,
  Whole,
  isDay,
} from '../fields.js';
import { STEP } from '../steps.js';
import { WEEKDAYS, type Weekday } from '../words.js';
import { WAITING_ON } from './issue.js';
import { Names } from './names.js';

/** What is promised for one severity, in seconds of business time. */
export class SlaTarget {
  @Means('Until the issue is resolved, seconds of business time.')
  @Optional()
  @Seconds()
  readonly resolutionSeconds?: number | null;
  @Means('Until the first *human* answer.')
  @Optional()
  @Seconds()
  readonly firstAnswerSeconds?: number | null;
}

/** The targets by severity; what is left out is as in the default policy. */
export class SlaTargets {
  @Means('For issues of low severity.')
  @Optional()
  @Nested(() => SlaTarget)
  readonly low?: SlaTarget | null;
  @Means('For issues of normal severity.')
  @Optional()
  @Nested(() => SlaTarget)
  readonly normal?: SlaTarget | null;
  @Means('For issues of high severity.')
  @Optional()
  @Nested(() => SlaTarget)
  readonly high?: SlaTarget | null;
  @Means('For issues of critical severity.')
  @Optional()
  @Nested(() => SlaTarget)
  readonly critical?: SlaTarget | null;
}

/** Other targets for some issues. All conditions that are given must fit. */
export class SlaRule {
  @Means('Issues of one of these categories; left out: of any.')
  @Optional()
  @Names()
  readonly categories?: readonly string[] | null;
  @Means(
    'Issues of customers who are in one of these segments when the clock starts; left out: of all customers.',
  )
  @Optional()
  @Names()
  readonly segments?: readonly string[] | null;
  @Means('Issues of one of these teams; left out: of any.')
  @Optional()
  @Names()
  readonly teams?: readonly string[] | null;
  @Means('Issues that were raised in a contact of one of these queues; left out: of any.')
  @Optional()
  @Names()
  readonly queues?: readonly string[] | null;
  @Means('The targets by severity; what is left out is as in the policy’s own `targets`.')
  @Nested(() => SlaTargets)
  readonly targets!: SlaTargets;
}

const isWaitingOn = (value: unknown) =>
  Array.isArray(value) && value.length <= 3 && value.every((on) => WAITING_ON.includes(on as 'customer'));

@Touchpoint({
  name: 'SlaPolicyPublished',
  version: 1,
  step: STEP.policy,
  kind: 'policy',
  means:
    'How fast the company promises to be. It holds from `effectiveFrom` on and never for the past: what was breached stays breached.',
})
export class SlaPolicyPublished {
  @Id() readonly policy!: string;
  @Whole(1, 1_000_000) readonly version!: number;
  @Instant() readonly effectiveFrom!: string;
  @Optional() @Label(500) readonly reason?: string | null;
  @Means('The targets by severity; what is left out is as in the default policy.')
  @Nested(() => SlaTargets)
  readonly targets!: SlaTargets;
  @Means('The clock stands still while an issue waits for one of these.')
  @Optional()
  @Where('isWaitingOn', `be a list of ${WAITING_ON.join(', ')}`, isWaitingOn)
  readonly pausesOn?: readonly (typeof WAITING_ON)[number][] | null;
  @Means('Targets of certain categories, segments, teams or queues: the first rule that fits decides.')
  @Optional()
  @ListOf(() => SlaRule, 100)
  readonly rules?: readonly SlaRule[] | null;
}

const CLOCK = /^([01]\d|2[0-3]):[0-5]\d$/;

function closes(value: unknown, object: object): boolean {
  const { from } = object as { from?: unknown };
  return typeof value === 'string' && (CLOCK.test(value) || value === '24:00') && value !== from;
}

/** One interval of a week's day, on the wall clock of the zone. */
export class OpenInterval {
  @Means('The day of the week on which it begins.')
  @OneOf(WEEKDAYS)
  readonly day!: Weekday;
  @Means('`HH:MM`, included.')
  @Where(
    'isClock',
    'be a time of day, e.g. "09:00"',
    (value) => typeof value === 'string' && CLOCK.test(value),
  )
  readonly from!: string;
  @Means('`HH:MM`, excluded; `24:00` is the end of the day; before `from` it is on the next day.')
  @Where(
    'isClosing',
    'be a time of day other than `from`, e.g. "17:00"; the end of the day is "24:00"',
    closes,
  )
  readonly to!: string;
}

const zones = new Map<string, boolean>();

/** Whether this runtime knows the zone of the IANA data base. */
export function isZone(zone: string): boolean {
  let known = zones.get(zone);
  if (known === undefined) {
    try {
      known = new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== '';
    } catch {
      known = false;
    }
    if (zones.size < 1_000) zones.set(zone, known);
  }
  return known;
}

const isDays = (value: unknown) =>
  Array.isArray(value) &&
  value.length <= 5_000 &&
  value.every((day) => typeof day === 'string' && isDay(day));

/** Hours of some teams or queues, instead of the company's. */
export class TeamHours {
  @Means('The teams whose issues are worked on in these hours.')
  @Optional()
  @Names()
  readonly teams?: readonly string[] | null;
  @Means('The queues whose issues are worked on in these hours.')
  @Optional()
  @Names()
  readonly queues?: readonly string[] | null;
  @Means('The IANA time zone of these hours; left out: that of the company’s hours.')
  @Optional()
  @Where(
    'isZone',
    'be a zone of the IANA data base, e.g. "Europe/Berlin"',
    (value) => typeof value === 'string' && isZone(value),
  )
  readonly zone?: string | null;
  @Means('Open intervals, several a day where they are needed; none means round the clock.')
  @ListOf(() => OpenInterval)
  readonly weekly!: readonly OpenInterval[];
  @Means('Days on which these teams are closed; left out: the company’s holidays.')
  @Optional()
  @Where('isDays', 'be a list of days, e.g. ["2026-12-25"]', isDays)
  readonly holidays?: readonly string[] | null;
}

@Touchpoint({
  name: 'BusinessHoursPublished',
  version: 1,
  step: STEP.policy,
  kind: 'policy',
  means: 'When the company is open. The clocks of the SLA run only then.',
})
export class BusinessHoursPublished {
  @Id() readonly policy!: string;
  @Whole(1, 1_000_000) readonly version!: number;
  @Instant() readonly effectiveFrom!: string;
  @Optional() @Label(500) readonly reason?: string | null;
  @Means('The IANA time zone of the hours: `Europe/Berlin`.')
  @Where(
    'isZone',
    'be a zone of the IANA data base, e.g. "Europe/Berlin"',
    (value) => typeof value === 'string' && isZone(value),
  )
  readonly zone!: string;
  @Means('Open intervals; none means round the clock.')
  @ListOf(() => OpenInterval)
  readonly weekly!: readonly OpenInterval[];
  @Means('Days on which all is closed.')
  @Optional()
  @Where('isDays', 'be a list of days, e.g. ["2026-12-25"]', isDays)
  readonly holidays?: readonly string[] | null;
  @Means('Other hours for certain teams or queues: the first that names the issue’s team or queue decides.')
  @Optional()
  @ListOf(() => TeamHours, 100)
  readonly calendars?: readonly TeamHours[] | null;
}
