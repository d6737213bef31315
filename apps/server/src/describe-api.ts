import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import type { OpenAPIObject } from '@nestjs/swagger';
import { ANSWER_SCHEMAS } from '#api';
import { allTouchpoints, jsonSchemaOf } from '#journey';
import { problemContent } from './describe-problems.js';
import { EVENT_BODIES, EVENT_SCHEMAS } from './ingest/describe-events.js';

/** Where the page of documentation is. */
export const DOCS = 'docs';
/** Where the document itself is. */
export const API_DOCUMENT = 'openapi.json';

const INTRODUCTION = `Publish touchpoints with customers, and read the views that are computed from them.

Every route needs a key, except those of health, schemas and \`/v1/server-proof\`: \`cx keys create --role reader\` prints one. Times are RFC 3339, positions in the log are decimal strings. Lists are \`{"items": […], "next": "<cursor>" | null}\`. Every error is a problem (RFC 9457) whose \`type\` is stable.`;

/** The groups of routes, in the order in which they are shown. */
const TAGS = [
  ['Events', 'Record touchpoints; the types of events and their fields'],
  ['Customers', 'The views of one customer, and why its scores are what they are'],
  ['Lists', 'Customers and issues of the tenant'],
  ['Measures', 'Numbers about many customers, over time and by dimensions'],
  ['Policies', 'How scores, deadlines and business hours are computed'],
  ['Audit', 'Recorded events, replays, and who read personal data'],
  ['Dead letters', 'Input that could not be recorded'],
  ['Imports', 'What `cx import` remembers of data sets'],
  ['Keys', 'API keys of the tenant'],
  ['Tenants', 'For the operator'],
  ['Projections', 'How far the views are behind the log; rebuilds'],
  ['Health', 'Probes'],
] as const;

/** Serves `/openapi.json` and the page of it; the document is made at its first reading. */
export function describeApi(nest: NestFastifyApplication): void {
  SwaggerModule.setup(DOCS, nest, () => documentOf(nest), {
    jsonDocumentUrl: API_DOCUMENT,
    raw: ['json'],
    customSiteTitle: 'CX Ledger',
    customCss: '.swagger-ui .topbar { display: none }',
    swaggerOptions: { defaultModelsExpandDepth: 0 },
  });
}

function documentOf(nest: NestFastifyApplication): OpenAPIObject {
  const builder = new DocumentBuilder()
    .setTitle('CX Ledger')
    .setDescription(INTRODUCTION)
    .setVersion('1')
    .setOpenAPIVersion('3.1.0')
    .addSecurity('key', { type: 'http', scheme: 'bearer', description: 'an API key: cx keys create' });
  for (const [name, description] of TAGS) builder.addTag(name, description);
  const about = builder.build();
  const document = SwaggerModule.createDocument(nest, about);
  const body = document.paths['/v1/events']?.post?.requestBody;
  if (body !== undefined && 'content' in body) body.content = EVENT_BODIES;
  return withProblems({
    ...document,
    components: { ...document.components, schemas: schemasWith(document) },
  });
}

type Schemas = NonNullable<OpenAPIObject['components']>['schemas'];

function schemasWith({ components }: OpenAPIObject) {
  const touchpoints = allTouchpoints().map((schema) => [schema.type, jsonSchemaOf(schema)] as const);
  const own = { ...ANSWER_SCHEMAS, ...EVENT_SCHEMAS, ...Object.fromEntries(touchpoints) };
  return { ...components?.schemas, ...own } as unknown as Schemas;
}

/** Says of every operation that whatever else it answers is a problem. */
function withProblems(document: OpenAPIObject): OpenAPIObject {
  const content = problemContent('internal');
  for (const path of Object.values(document.paths)) {
    for (const operation of Object.values(path as Record<string, { responses?: Record<string, unknown> }>)) {
      if (operation.responses !== undefined)
        operation.responses['default'] = { description: 'a problem', content };
    }
  }
  return document;
}
