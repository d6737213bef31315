import { RowMapper, readMapping, type TouchpointEvent, type Vocabulary } from '#connectors';

/** A vocabulary of two touchpoints, enough to try every word of a mapping. */
export const VOCABULARY: Vocabulary = {
  touchpoints: [
    {
      name: 'IssueRaised',
      type: 'cx.IssueRaised.v1',
      data: {
        type: 'object',
        properties: {
          issueId: { type: 'string' },
          category: { type: 'string' },
          severity: { type: 'string', enum: ['low', 'normal', 'high', 'critical'] },
          sentiment: { type: 'number' },
        },
        required: ['issueId', 'category', 'severity'],
      },
    },
    {
      name: 'IssueClosed',
      type: 'cx.IssueClosed.v1',
      data: {
        type: 'object',
        properties: { issueId: { type: 'string' }, reason: { type: 'string' } },
        required: ['issueId'],
      },
    },
    {
      name: 'NeedsIdentified',
      type: 'cx.NeedsIdentified.v1',
      data: {
        type: 'object',
        properties: {
          needs: {
            type: 'array',
            items: { type: 'object', properties: { category: { type: 'string' } }, required: ['category'] },
          },
        },
        required: ['needs'],
      },
    },
  ],
};

/** A sound mapping of tickets; tests change what they try. */
export const TICKETS = {
  dataset: 'tickets',
  missing: ['?'],
  times: { format: 'yyyy-MM-dd', zone: 'UTC' },
  customer: 'who',
  key: 'ticket',
  rules: [{ name: 'closed', emit: 'IssueClosed', time: 'day', data: { issueId: 'ticket' } }] as unknown[],
};

/** The rule `name` of the touchpoints that a test gives a condition. */
export function closedWhen(when: unknown): object {
  return {
    ...TICKETS,
    rules: [{ name: 'closed', emit: 'IssueClosed', when, time: 'day', data: { issueId: 'ticket' } }],
  };
}

/** Maps all rows of a file with the columns given. */
export function mapAll(document: object, columns: readonly string[], rows: readonly (readonly string[])[]) {
  const mapper = new RowMapper(readMapping(document, VOCABULARY), columns, VOCABULARY);
  const mapped = rows.map((row) => mapper.map(row));
  const events: TouchpointEvent[] = mapped.flatMap((row) => [...row.events]);
  return { events, refused: mapped.flatMap((row) => [...row.refused]) };
}
