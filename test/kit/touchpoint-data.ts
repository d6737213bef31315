import type { Json } from '#event-sourcing';
import { TOUCHPOINTS, type EventData, type TouchpointName, type TouchpointSchema } from '#journey';
import fc from 'fast-check';
import { shapeOf, type FieldShape, type Shape } from '../../libs/journey/src/shape.js';
import { marksOf, type DataClass } from '../../libs/journey/src/declare.js';

type Constraints = readonly unknown[];

const identifier = fc
  .oneof(
    fc.stringMatching(/^[A-Za-z0-9_.:/-]{1,40}$/),
    fc.constantFrom('INC0000045', 'Zoë', '顧客-7', '%40', '0'),
  )
  .filter((id) => id !== '.' && id !== '..');
const clock = (from: number, to: number) =>
  fc
    .tuple(fc.integer({ min: from, max: to }), fc.integer({ min: 0, max: 59 }))
    .map(([h, m]) => `${two(h)}:${two(m)}`);
const two = (value: number) => String(value).padStart(2, '0');
const instant = fc
  .date({ min: new Date('1971-01-01'), max: new Date('2037-01-01'), noInvalidDate: true })
  .map((date) => date.toISOString());
const day = instant.map((time) => time.slice(0, 10));

/** Good values by the name of the rule that says most about a field. */
const GOOD: { readonly [rule: string]: (constraints: Constraints) => fc.Arbitrary<Json> } = {
  isIdentifier: () => identifier,
  isLabel: ([, max]) => fc.string({ minLength: 1, maxLength: Math.min(max as number, 40) }),
  isFreeText: () => fc.string({ maxLength: 60 }),
  isIn: ([words]) => fc.constantFrom(...(words as readonly string[])),
  isBoolean: () => fc.boolean(),
  isInstant: () => instant,
  isAmount: () => fc.constantFrom('0', '19.90', '000001', '123456789012345.123456789'),
  isCurrency: () => fc.constantFrom('EUR', 'USD', 'XXX'),
  isScore: () => fc.integer({ min: 1, max: 5 }),
  isZone: () => fc.constantFrom('UTC', 'Europe/Berlin', 'Asia/Kathmandu', 'America/St_Johns'),
  isClock: () => clock(0, 11),
  isClosing: () => fc.oneof(clock(12, 23), fc.constant('24:00')),
  isDays: () => fc.array(day, { maxLength: 3 }),
  isNames: () => fc.array(fc.constantFrom('gold', 'billing'), { minLength: 1, maxLength: 3 }),
  areSeverities: () => fc.subarray(['low', 'normal', 'high', 'critical'], { minLength: 1 }),
  isMeasureRule: () => fc.constant('nps'),
  isRuleName: () => fc.string({ minLength: 1, maxLength: 40 }),
  isWaitingOn: () => fc.subarray(['customer', 'vendor', 'internal']),
  isAscending: () =>
    fc
      .uniqueArray(fc.integer({ min: 0, max: 999 }), { minLength: 1, maxLength: 9 })
      .map((hours) => hours.sort((a, b) => a - b)),
};

/** Bounds of bands ascend by their names, so that one is always above the other. */
const BANDS: { readonly [name: string]: number } = { medium: 0.3, high: 0.6, critical: 0.9 };

/** Good values of one field. */
function goodField(field: FieldShape): fc.Arbitrary<Json> {
  const rules = new Map(
    field.rules.map((rule) => [rule.name ?? '', (rule.constraints ?? []) as Constraints]),
  );
  if (field.nested !== undefined) {
    const one = goodData(field.nested.shape);
    if (field.name === 'measurePast') return one.map(({ below: _, ...rest }) => ({ ...rest, above: 1 }));
    if (rules.has('areRules')) return fc.array(one, { maxLength: 3 }).map(goodRules);
    return field.nested.list ? fc.array(one, { maxLength: 3 }) : one;
  }
  for (const [rule, constraints] of rules) if (GOOD[rule] !== undefined) return GOOD[rule](constraints);
  if (rules.has('min')) return goodNumber(field.name, rules);
  return fc.dictionary(fc.string({ maxLength: 5 }), fc.integer(), { maxKeys: 3, noNullPrototype: true });
}

/** Alert rules with names of their own, and one condition each. */
function goodRules(rules: readonly EventData[]): readonly EventData[] {
  return rules.map((rule, i) => {
    const [condition] = Object.entries(rule).filter(([name, value]) => name !== 'rule' && value !== null);
    return Object.fromEntries([['rule', `rule ${i}`], condition ?? ['breached', {}]]);
  });
}

function goodNumber(name: string, rules: ReadonlyMap<string, Constraints>): fc.Arbitrary<number> {
  const [min, max] = [rules.get('min')![0] as number, rules.get('max')![0] as number];
  if (BANDS[name] !== undefined && !rules.has('isInt')) return fc.constant(min + BANDS[name] * (max - min));
  return rules.has('isInt')
    ? fc.integer({ min, max })
    : fc.double({ min, max, noNaN: true }).map((value) => value + 0);
}

/** Good data of a shape: every required field, optional ones present, absent or null. */
export function goodData(shape: Shape): fc.Arbitrary<EventData> {
  const fields = shape.fields.map((field) => {
    const value = goodField(field).map((good): readonly [string, Json][] => [[field.name, good]]);
    const optional = field.rules.some((rule) => rule.type === 'conditionalValidation');
    return optional
      ? fc.oneof(value, fc.constant([]), fc.constant([[field.name, null] as [string, Json]]))
      : value;
  });
  return fc.tuple(...fields).map((members) => amongEnough(Object.fromEntries(members.flat())));
}

/** A place among companies is one of as many at least. */
function amongEnough(data: EventData): EventData {
  const { rank, rankedAmong } = data;
  if (typeof rank !== 'number') return data;
  return { ...data, rankedAmong: Math.max(2, rank, typeof rankedAmong === 'number' ? rankedAmong : 0) };
}

const JUNK: readonly Json[] = [
  null,
  '',
  'x',
  'x'.repeat(600),
  'x'.repeat(20_001),
  'e\u0301',
  '\u0000',
  '\ud800',
  'LOW',
  '2026-02-30T00:00:00Z',
  '2026-01-31T10:00:00',
  '-1.5',
  '1e3',
  true,
  0,
  -1,
  0.5,
  6,
  11,
  1e9,
  1e15,
  [],
  [null],
  [1, 'x'],
  [[]],
  [{}],
  Array.from({ length: 101 }, () => ({})),
  {},
  { x: 1 },
];

/** Data in which some fields, nested ones too, hold what they should not, are missing or are unknown. */
export function spoiltData(shape: Shape): fc.Arbitrary<EventData> {
  const fields = shape.fields.map((field) => {
    const spoilt = field.nested === undefined ? goodField(field) : spoiltNested(field.nested);
    const member = (value: Json): readonly [string, Json][] => [[field.name, value]];
    return fc.oneof(
      { weight: 5, arbitrary: goodField(field).map(member) },
      { weight: 2, arbitrary: spoilt.map(member) },
      { weight: 2, arbitrary: fc.constantFrom(...JUNK).map(member) },
      { weight: 1, arbitrary: fc.constant<readonly [string, Json][]>([]) },
    );
  });
  const unknown = fc.constantFrom<readonly [string, Json][]>([], [['unheardOf', { of: [1] }]]);
  return fc.tuple(unknown, ...fields).map((members) => Object.fromEntries(members.flat()));
}

function spoiltNested({ shape, list }: NonNullable<FieldShape['nested']>): fc.Arbitrary<Json> {
  const item = fc.oneof(spoiltData(shape), fc.constantFrom(...JUNK));
  return list ? fc.array(item, { maxLength: 3 }) : item;
}

/** A touchpoint of CX Ledger with its class. */
export const anyTouchpoint = fc.constantFrom(...(Object.keys(TOUCHPOINTS) as TouchpointName[]));

/** The data as an instance of its class, objects within it too, as class-validator wants it. */
export function instanceOf(type: DataClass, data: Json): unknown {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) return data;
  const instance = Object.assign(new type(), data) as Record<string, unknown>;
  for (const [name, { type: inner, list }] of marksOf(type).nested) {
    const value = instance[name] as Json | undefined;
    if (value === undefined) continue;
    instance[name] =
      list && Array.isArray(value)
        ? value.map((item) => instanceOf(inner, item as Json))
        : instanceOf(inner, value);
  }
  return instance;
}

/** Data of a schema with `mark` in every personal field and in an unknown one, at every depth. */
export function markedData(schema: TouchpointSchema, mark: string): fc.Arbitrary<EventData> {
  return goodData(schema.shape).map((data) => markAll(schema.shape, data, mark));
}

function markAll(shape: Shape, data: EventData, mark: string): EventData {
  const marked: { [name: string]: Json } = { ...data, [`${mark} key`]: mark };
  for (const { name, personal, nested } of shape.fields) {
    const value = marked[name];
    if (personal) marked[name] = mark;
    else if (nested && value !== undefined && value !== null) {
      marked[name] = nested.list
        ? (value as readonly EventData[]).map((item) => markAll(nested.shape, item, mark))
        : markAll(nested.shape, value as EventData, mark);
    }
  }
  return marked;
}

export { shapeOf };
