const text = { type: 'string' } as const;
const number = { type: 'number' } as const;
const count = { type: 'integer' } as const;
const flag = { type: 'boolean' } as const;
const time = { type: 'string', format: 'date-time' } as const;
const object = (properties: object) => ({ type: 'object', properties });
const items = (item: object) => ({ type: 'array', items: item });

/** What stands around every answer. */
const frame = {
  asOf: { ...time, description: 'the business time that was asked about' },
  position: { ...text, description: 'everything recorded up to here is in the answer' },
  policyPending: { ...flag, description: 'true while states are being brought to the policies in force' },
};
const customerFrame = { customer: text, mergedInto: text, erased: flag, ...frame };

const loyalty = object({
  score: { type: ['number', 'null'], minimum: 0, maximum: 100 },
  band: { enum: ['low', 'medium', 'high', 'unknown'] },
  coverage: number,
  components: items(
    object({ component: text, weight: number, value: { type: ['number', 'null'] }, coverage: number }),
  ),
  nps: object({}),
  csat: object({}),
  ces: object({}),
  calibrated: flag,
  modelVersion: text,
  policyVersion: text,
  nextBandAt: time,
});

const churnRisk = object({
  risk: { ...number, minimum: 0, maximum: 1 },
  excess: number,
  band: { enum: ['low', 'medium', 'high', 'critical', 'lost'] },
  left: flag,
  kind: { enum: ['contractual', 'non-contractual', 'base-rate'] },
  horizonDays: count,
  pAlive: number,
  coverage: number,
  calibrated: flag,
  modelVersion: text,
  policyVersion: text,
  nextBandAt: time,
});

const openIssue = object({
  issueId: text,
  category: text,
  severity: text,
  raisedSeverity: text,
  team: { type: ['string', 'null'] },
  openedAt: time,
  ageSeconds: count,
  breachAt: { type: ['string', 'null'], format: 'date-time' },
  breached: flag,
  breachReported: flag,
  contacts: count,
  transfers: count,
  reopens: count,
  state: { enum: ['open', 'waiting'] },
  pressure: number,
});

const issues = object({
  open: items(openIssue),
  openCount: count,
  pressure: number,
  resolvedCount: count,
  reopenedCount: count,
});

/** The answers of reads by their name in OpenAPI. */
export const VIEW_SCHEMAS = {
  customer: object({ ...customerFrame, loyalty, churnRisk, issues }),
  loyalty: object({ ...customerFrame, ...loyalty.properties }),
  'churn-risk': object({ ...customerFrame, ...churnRisk.properties }),
  issues: object({ ...customerFrame, ...issues.properties }),
  timeline: object({
    ...customerFrame,
    items: items(object({ eventId: text, type: text, at: time, position: text })),
    next: { type: ['string', 'null'] },
  }),
  explanation: object({
    ...customerFrame,
    score: { type: ['number', 'null'], description: 'null where there is nothing to explain yet' },
    opening: { type: ['number', 'null'] },
    contributions: items(object({ at: time, eventId: text, type: text, change: number, scoreAfter: number })),
    next: { type: ['string', 'null'] },
  }),
  replay: object({ ...customerFrame, items: items(object({})), next: { type: ['string', 'null'] } }),
  summary: object({ ...frame }),
  list: object({ ...frame, items: items(object({})), next: { type: ['string', 'null'] } }),
  policy: object({
    eventId: text,
    recordedAt: time,
    effectiveFrom: { type: ['string', 'null'], format: 'date-time' },
    policy: object({}),
  }),
} as const;
