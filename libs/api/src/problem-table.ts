type Row = readonly [status: number, title: string];

const TABLE = {
  // The request as HTTP
  'bad-request': [400, 'The request cannot be understood'],
  'malformed-json': [400, 'The body is not JSON'],
  'invalid-query': [400, 'Query parameters are wrong'],
  'invalid-question': [400, 'The question is wrong'],
  'bad-cursor': [400, 'The cursor is not one of this list'],
  'invalid-tenant': [400, 'The tenant is not a name'],
  unauthenticated: [401, 'No valid key'],
  forbidden: [403, 'The key may not do this'],
  'no-such-route': [404, 'There is no such route'],
  'method-not-allowed': [405, 'The route has no such method'],
  'not-in-role': [421, 'This server does not have the role for it'],
  'request-timeout': [408, 'The request took too long to arrive'],
  'body-too-large': [413, 'The body is too large'],
  'expanded-too-large': [413, 'The unpacked body is too large'],
  'too-many-events': [413, 'Too many events in one request'],
  'line-too-large': [413, 'A line is too large'],
  'uri-too-long': [414, 'The URL is too long'],
  'unsupported-media-type': [415, 'The content type is not accepted'],
  'unsupported-encoding': [415, 'The content encoding is not accepted'],
  'request-aborted': [400, 'The request ended before it was complete'],
  'expectation-failed': [417, 'The expectation cannot be met'],
  'headers-too-large': [431, 'The headers are too large'],

  // What was sent
  'empty-body': [400, 'There is no body'],
  'too-deep': [422, 'The JSON is nested too deeply'],
  'duplicate-key': [422, 'An object names a member twice'],
  'lossy-number': [422, 'A number cannot be kept exactly'],
  'invalid-event': [422, 'The event is not valid'],
  'name-too-long': [422, 'The name of a member is too long'],
  'event-too-large': [422, 'The event is too large'],
  'unknown-type': [422, 'The event’s type is not known'],
  'unknown-version': [422, 'The event’s version is not known'],
  'time-in-future': [422, 'The event’s time lies in the future'],
  'personal-identifier': [422, 'The customer’s id looks like personal data'],
  'wrong-endpoint': [422, 'This endpoint does not accept this event type'],
  'atomic-not-supported': [422, 'The store cannot record this request all or none'],
  'not-supported': [422, 'This version cannot do it'],
  'not-retractable': [422, 'The event cannot be retracted'],
  'merge-with-itself': [422, 'A customer cannot be merged with itself'],
  'too-many-refusals': [422, 'Most lines of the stream were refused'],
  'none-recorded': [422, 'Nothing of the request was recorded'],
  'invalid-import': [422, 'The import is not described rightly'],
  'invalid-key-request': [422, 'The key asked for is not valid'],
  'historical-question-too-large': [422, 'The question about the past is too large'],
  'historical-question-not-supported': [422, 'The question cannot be asked about the past'],
  'answer-too-large': [422, 'The answer is too large'],
  'clocks-too-costly': [422, 'The customer’s SLA clocks take too much work'],
  'invalid-proof-range': [422, 'The tree has no such entries'],
  'position-unknown': [422, 'The position lies beyond the end of the log'],

  // What is there, or is not
  'invalid-tile': [404, 'There is no such tile'],
  'unknown-job': [404, 'There is no such job, or it has ended'],
  'confirmation-needed': [409, 'The policy changes what was'],
  'job-needed': [409, 'The job cannot be cancelled'],
  'unknown-view': [404, 'There is no such view'],
  'not-found': [404, 'There is no such thing'],
  'revision-conflict': [409, 'Someone else was first'],
  'id-reused': [409, 'The id was used for other content'],
  'unknown-tenant': [404, 'There is no such tenant'],
  'invalid-tenant-request': [422, 'The tenant asked for is not valid'],
  'unknown-import': [404, 'Nothing was imported under the data set'],
  'import-undone': [409, 'The import of the data set was undone'],
  'import-source-changed': [409, 'The data set was imported with another source'],
  'not-fillable': [409, 'The ledger is not empty'],
  'not-rotatable': [409, 'The master key cannot be changed here'],
  'retry-refused': [422, 'The dead letter is refused again'],
  'request-under-way': [409, 'The same request is being worked on'],
  'idempotency-key-reused': [422, 'The idempotency key was used for another request'],
  'invalid-idempotency-key': [400, 'The idempotency key is wrong'],
  'rebuild-running': [409, 'The view is being rebuilt already'],
  'customer-erased': [410, 'The customer was erased'],
  abandoned: [422, 'Nothing was recorded, since another event of the request was refused'],

  // Pressure and faults
  'too-many-requests': [429, 'Slow down'],
  overloaded: [503, 'Too busy: try again later'],
  'shutting-down': [503, 'The server is stopping'],
  'query-timeout': [503, 'The question took too long'],
  'position-not-reached': [503, 'The views have not reached the position yet'],
  'view-rebuilding': [503, 'The view is being built'],
  'not-ready': [503, 'The server is not ready'],
  'token-keys-unavailable': [503, 'Tokens cannot be checked now'],
  'thread-lost': [503, 'A part of the server is starting again'],
  'event-damaged': [503, 'The record of this event is damaged'],
  'customer-damaged': [503, 'What is stored of the customer is damaged'],
  'store-unavailable': [503, 'The store cannot be used now'],
  internal: [500, 'Something went wrong here'],
} as const satisfies { readonly [code: string]: Row };

/** Every problem's type begins so; what follows is the code. */
export const PROBLEM_TYPE = 'urn:cx-ledger:problem:';

/** The code of a problem. */
export type ProblemCode = keyof typeof TABLE;

/** The HTTP status and the title of each problem, by the code of the error it stands for. The one such table. */
export const PROBLEMS: { readonly [code: string]: Row } = TABLE;
