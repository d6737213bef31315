import { catalogueSchema, insightsSchema, MEASURE_ANSWERS } from '#measures';
import { ANSWERS as QUERY_ANSWERS, type Schema, type TypeOf, VIEW_ANSWERS } from '#views';
import * as access from './access.js';
import { alertsSchema } from './alerts.js';
import { accessSchema, recordedEventsSchema, replaySchema } from './audit.js';
import * as letters from './dead-letters.js';
import * as erasures from './erasures.js';
import * as events from './events.js';
import { importedEventsSchema, importSchema } from './imports.js';
import { identitySchema, linkedSchema } from './identity.js';
import * as proofs from './proofs.js';
import { freshnessSchema, jobsSchema, projectionsSchema, rebuildSchema } from './projections.js';

/** What routes answer, by the name of the schema in OpenAPI. The types of answers come from it, too (`Answer`). */
export const ANSWERS = {
  ...QUERY_ANSWERS,
  measures: catalogueSchema,
  insights: insightsSchema,
  projections: projectionsSchema,
  freshness: freshnessSchema,
  jobs: jobsSchema,
  rebuild: rebuildSchema,
  replay: replaySchema,
  'recorded-events': recordedEventsSchema,
  alerts: alertsSchema,
  access: accessSchema,
  identity: identitySchema,
  linked: linkedSchema,
  erasure: erasures.erasureSchema,
  erasures: erasures.erasuresSchema,
  'erasure-certificate': erasures.certificateSchema,
  'verifiable-log': proofs.verifiableLogSchema,
  'inclusion-proof': proofs.inclusionProofSchema,
  'consistency-proof': proofs.consistencyProofSchema,
  'tree-entries': proofs.treeEntriesSchema,
  'rotated-log-key': proofs.rotatedLogKeySchema,
  key: access.keySchema,
  keys: access.keysSchema,
  'minted-key': access.mintedKeySchema,
  'rotated-master-key': access.rotatedMasterKeySchema,
  tenants: access.tenantsSchema,
  'created-tenant': access.createdTenantSchema,
  me: access.meSchema,
  'dead-letters': letters.deadLettersSchema,
  'dead-letter': letters.deadLetterSchema,
  'retried-letter': letters.retriedLetterSchema,
  'retried-letters': letters.retriedLettersSchema,
  import: importSchema,
  'imported-events': importedEventsSchema,
  Result: events.resultSchema,
  Results: events.resultsSchema,
  StreamResults: events.streamResultsSchema,
  TouchpointTypes: events.touchpointTypesSchema,
  Problem: events.problemSchema,
} as const satisfies { readonly [name: string]: Schema<unknown> };

/** The answer of that name, as it is in JSON. */
export type Answer<Name extends keyof typeof ANSWERS> = TypeOf<(typeof ANSWERS)[Name]>;

/** One item of the list of that name. */
export type Item<Name extends keyof typeof ANSWERS> =
  Answer<Name> extends { readonly items: readonly (infer T)[] } ? T : never;

/** Also the answers of one view, of a customer or summed up, and of one measure: as many as are declared. */
export type AnswerName =
  | keyof typeof ANSWERS
  | `customer-${string}`
  | `${string}-summary`
  | `measure-${string}`
  | `overview-${string}`
  | `insight-${string}`;

/** The JSON Schemas of all answers, for OpenAPI. */
export const ANSWER_SCHEMAS = Object.fromEntries(
  Object.entries<Schema<unknown>>({ ...VIEW_ANSWERS, ...MEASURE_ANSWERS, ...ANSWERS }).map(
    ([name, { json }]) => [name, json],
  ),
);
