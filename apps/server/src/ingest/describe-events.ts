import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiHeader, ApiOperation } from '@nestjs/swagger';
import { LIMITS } from '#event-sourcing';
import { allTouchpoints } from '#journey';
import { Answers } from '../describe-answers.js';
import { AnswersProblems, TakesIdempotencyKey } from '../describe-problems.js';

const EXAMPLE = {
  specversion: '1.0',
  id: 'ticket-4711-opened',
  source: '/helpdesk',
  type: 'cx.IssueRaised.v1',
  subject: 'customer-42',
  time: '2026-01-05T09:30:00Z',
  data: { issueId: 'ticket-4711', category: 'billing', severity: 'high' },
};

const text = { type: 'string' } as const;
/** The touchpoints that a publisher may send. */
const SENT = allTouchpoints().filter(
  ({ kind }) => kind === 'touchpoint' || kind === 'identity' || kind === 'correction',
);

/** The schemas of what is sent: a CloudEvent of one of the touchpoints' types, or a list of them. */
export const EVENT_SCHEMAS = {
  Touchpoint: {
    type: 'object',
    description: 'A CloudEvent 1.0. Fields of `data` that its schema does not know are kept, encrypted.',
    required: ['specversion', 'id', 'source', 'type', 'subject', 'time', 'data'],
    properties: {
      specversion: { const: '1.0' },
      id: {
        ...{ ...text, minLength: 1, maxLength: LIMITS.idBytes },
        description:
          'With `source` it identifies the event: sending it again records nothing. Never use it for another event.',
      },
      source: {
        ...{ ...text, minLength: 1, maxLength: LIMITS.sourceBytes, pattern: '^\\S+$' },
        description: 'The system that publishes, as a URI reference: `/helpdesk`.',
      },
      subject: {
        ...{ ...text, minLength: 1, maxLength: LIMITS.subjectBytes },
        description:
          'The customer, by an id that is no e-mail address or telephone number. A caller whom nobody knows yet is `contact:<contactId>`; merge it later.',
      },
      time: {
        ...{ ...text, format: 'date-time' },
        description: 'When it happened, with its offset; at most five minutes ahead of the server’s clock.',
      },
      sequence: {
        ...text,
        pattern: '^[0-9]{1,15}$',
        description: 'Order among events of the same instant and source.',
      },
      datacontenttype: { ...text, description: 'A JSON type, or left out.' },
    },
    oneOf: SENT.map(({ type, means }) => ({
      title: type,
      description: means,
      properties: { type: { const: type }, data: { $ref: `#/components/schemas/${type}` } },
      required: ['type', 'data'],
    })),
    example: EXAMPLE,
  },
  Touchpoints: {
    type: 'array',
    maxItems: LIMITS.eventsPerRequest,
    items: { $ref: '#/components/schemas/Touchpoint' },
  },
} as const;

const schemaOf = (name: keyof typeof EVENT_SCHEMAS) => ({ $ref: `#/components/schemas/${name}` });
const bodyOf = (name: keyof typeof EVENT_SCHEMAS) => ({ schema: schemaOf(name) });

/** The bodies of `POST /v1/events` by content type. */
export const EVENT_BODIES = {
  'application/cloudevents+json': bodyOf('Touchpoint'),
  'application/cloudevents-batch+json': bodyOf('Touchpoints'),
  'application/json': {
    schema: {
      description: 'One event or a list of events; with `ce-` headers (binary mode) the `data` alone.',
      oneOf: [schemaOf('Touchpoint'), schemaOf('Touchpoints'), { type: 'object' }],
    },
  },
  'application/x-ndjson': {
    schema: {
      ...text,
      description:
        'A stream of events of any length, one a line; answered at its end with counts and the refused lines.',
    },
  },
};

const bytes = (limit: number) => `${limit.toLocaleString('en-US')} bytes`;

const DESCRIPTION = `Records touchpoints: one CloudEvent (structured, or binary with \`ce-\` headers), a batch, or a stream of lines. The answer comes when the events are durable, so what was answered is never lost; sending again is always safe.

**Limits**: ${LIMITS.eventsPerRequest.toLocaleString('en-US')} events and ${bytes(LIMITS.bodyBytes)} a request, ${bytes(LIMITS.expandedBytes)} after it is unpacked (at most ${LIMITS.expandedGrowth} times its size), ${bytes(LIMITS.jsonTextBytes)} an event as it is sent and ${bytes(LIMITS.eventBytes)} as it is recorded, ${LIMITS.jsonDepth} levels of nesting; the server's settings may differ. Numbers that a double does not keep, and members named twice, are refused.

**To correct an event** (a wrong customer, a wrong time): publish \`cx.EventRetracted.v1\` under the customer it was published for, then the right event under a new id.

**To try it**: \`?dryRun=true\` answers the same and stores nothing. \`GET /v1/schemas\` lists the types.`;

const RATE_LIMIT = {
  RateLimit: { description: '`"events";r=<left>;t=<seconds until all is there again>`', schema: text },
  'RateLimit-Policy': {
    description: '`"events";q=<events>;w=<seconds>`: what the key may send',
    schema: text,
  },
  'Idempotency-Replayed': { description: '`true` where an earlier answer was given again', schema: text },
};

/** The description of `POST /v1/events` in OpenAPI. */
export function DescribesEvents(): MethodDecorator {
  return applyDecorators(
    ApiOperation({ summary: 'Record touchpoints', description: DESCRIPTION }),
    ApiBody({ required: true, ...bodyOf('Touchpoint') }),
    ApiHeader({
      name: 'Content-Encoding',
      required: false,
      description:
        'How the body is packed. All gzip members and zstd frames are read; nothing may be left over.',
      schema: { type: 'string', enum: ['gzip', 'zstd'] },
    }),
    TakesIdempotencyKey(),
    Answers(['Results', 'StreamResults'], {
      description: 'What became of each event, in the order sent; counts for a stream.',
      headers: RATE_LIMIT,
    }),
    AnswersProblems([
      'malformed-json',
      'empty-body',
      'invalid-query',
      'invalid-idempotency-key',
      'bad-request',
      'unauthenticated',
      'forbidden',
      'request-timeout',
      'id-reused',
      'request-under-way',
      'body-too-large',
      'expanded-too-large',
      'too-many-events',
      'line-too-large',
      'unsupported-media-type',
      'unsupported-encoding',
      'invalid-event',
      'event-too-large',
      'unknown-type',
      'unknown-version',
      'time-in-future',
      'personal-identifier',
      'wrong-endpoint',
      'too-deep',
      'duplicate-key',
      'lossy-number',
      'name-too-long',
      'atomic-not-supported',
      'not-retractable',
      'merge-with-itself',
      'none-recorded',
      'too-many-refusals',
      'idempotency-key-reused',
      'customer-erased',
      'too-many-requests',
      'overloaded',
      'shutting-down',
      'store-unavailable',
    ]),
  );
}
