import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { allTouchpoints } from '#journey';

const EXAMPLE = {
  specversion: '1.0',
  id: 'ticket-4711-opened',
  source: '/helpdesk',
  type: 'cx.IssueRaised.v1',
  subject: 'customer-42',
  time: '2026-01-05T09:30:00Z',
  data: { issueId: 'ticket-4711', category: 'billing', severity: 'high' },
};

const RESULT = {
  type: 'object',
  required: ['id', 'status'],
  properties: {
    id: { type: ['string', 'null'], description: 'as sent; null when there is none' },
    status: { type: 'string', enum: ['recorded', 'duplicate', 'rejected'] },
    position: {
      type: 'string',
      description: 'where it stands in the log; a read with after=<position> has seen it',
    },
    revision: { type: 'integer', description: 'its number in the customer’s stream, from 0' },
    problem: { $ref: '#/components/schemas/Problem' },
  },
};

/** Whose data may stand in an event that a publisher sends. */
const SENT = allTouchpoints().filter(
  ({ kind }) => kind === 'touchpoint' || kind === 'identity' || kind === 'correction',
);

const text = { type: 'string' } as const;

/** The schemas of what is sent: a CloudEvent of one of the touchpoints' types. */
export const EVENT_SCHEMAS = {
  Touchpoint: {
    type: 'object',
    required: ['specversion', 'id', 'source', 'type', 'subject', 'time'],
    properties: {
      specversion: { const: '1.0' },
      id: {
        ...text,
        minLength: 1,
        maxLength: 256,
        description: 'with source it identifies the event: sending it again records nothing',
      },
      source: { ...text, minLength: 1, maxLength: 512, pattern: '^\\S+$' },
      subject: { ...text, minLength: 1, maxLength: 128, description: 'the customer' },
      time: { ...text, format: 'date-time', description: 'business time' },
      sequence: { ...text, description: 'order within one instant, digits' },
      datacontenttype: text,
    },
    oneOf: SENT.map(({ type }) => ({
      title: type,
      properties: { type: { const: type }, data: { $ref: `#/components/schemas/${type}` } },
      required: ['type', 'data'],
    })),
    example: EXAMPLE,
  },
  Touchpoints: { type: 'array', items: { $ref: '#/components/schemas/Touchpoint' } },
  Results: {
    type: 'object',
    required: ['results'],
    properties: { results: { type: 'array', items: RESULT } },
  },
} as const;

const refTo = (name: keyof typeof EVENT_SCHEMAS) => ({ schema: { $ref: `#/components/schemas/${name}` } });

/** The bodies of `POST /v1/events` by content type. */
export const EVENT_BODIES = {
  'application/cloudevents+json': refTo('Touchpoint'),
  'application/cloudevents-batch+json': refTo('Touchpoints'),
  'application/x-ndjson': {
    schema: {
      type: 'string',
      description: 'a stream of events, one a line; answered with counts and what was refused',
    },
  },
};

/** What `POST /v1/events` says of itself in OpenAPI. */
export function DescribesEvents(): MethodDecorator {
  return applyDecorators(
    ApiOperation({
      summary: 'Record touchpoints',
      description:
        'One CloudEvent (structured, or binary with ce- headers) or a batch. Answered when the events are durable; sending again is safe.',
    }),
    ApiBody({ required: true, ...refTo('Touchpoint') }),
    ApiOkResponse({ description: 'What became of each event, in the order sent', ...refTo('Results') }),
  );
}
