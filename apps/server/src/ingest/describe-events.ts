import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiOkResponse, ApiOperation } from '@nestjs/swagger';
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
    id: { type: 'string', nullable: true, description: 'as sent' },
    status: { type: 'string', enum: ['recorded', 'duplicate', 'rejected'] },
    position: {
      type: 'string',
      description: 'where it stands in the log; a read with after=<position> has seen it',
    },
    revision: { type: 'integer', description: 'its number in the customer’s stream, from 0' },
    problem: { $ref: '#/components/schemas/Problem' },
  },
};

/** What `POST /v1/events` says of itself in OpenAPI. */
export function DescribesEvents(): MethodDecorator {
  const types = allTouchpoints().filter(
    ({ kind }) => kind === 'touchpoint' || kind === 'identity' || kind === 'correction',
  );
  const event = {
    type: 'object',
    required: ['specversion', 'id', 'source', 'type', 'time', 'data'],
    properties: { type: { type: 'string', enum: types.map(({ type }) => type) } },
    oneOf: types.map(({ type }) => ({ $ref: `#/components/schemas/${type}` })),
    example: EXAMPLE,
  } as const;
  return applyDecorators(
    ApiOperation({
      summary: 'Record touchpoints',
      description:
        'One CloudEvent (structured, or binary with ce- headers) or a batch. Answered when the events are durable; sending again is safe.',
    }),
    ApiConsumes('application/cloudevents+json', 'application/cloudevents-batch+json', 'application/json'),
    ApiBody({ required: true, schema: event as never }),
    ApiOkResponse({
      description: 'What became of each event, in the order sent',
      schema: {
        type: 'object',
        required: ['results'],
        properties: { results: { type: 'array', items: RESULT } },
      } as never,
    }),
  );
}
