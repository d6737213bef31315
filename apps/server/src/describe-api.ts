import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import type { OpenAPIObject } from '@nestjs/swagger';
import { ANSWER_SCHEMAS } from '#api';
import { allTouchpoints, jsonSchemaOf } from '#journey';
import { EVENT_BODIES, EVENT_SCHEMAS } from './ingest/describe-events.js';

/** Where the page of documentation is. */
export const DOCS = 'docs';
/** Where the document itself is. */
export const API_DOCUMENT = 'openapi.json';

/** Serves `/openapi.json` and the page of it; the document is made at its first reading. */
export function describeApi(nest: NestFastifyApplication): void {
  SwaggerModule.setup(DOCS, nest, () => documentOf(nest), {
    jsonDocumentUrl: API_DOCUMENT,
    raw: ['json'],
    customSiteTitle: 'CX Ledger',
  });
}

function documentOf(nest: NestFastifyApplication): OpenAPIObject {
  const about = new DocumentBuilder()
    .setTitle('CX Ledger')
    .setDescription('Touchpoints in, views out. Positions are decimal strings; times are RFC 3339.')
    .setVersion('1')
    .setOpenAPIVersion('3.1.0')
    .addSecurity('key', { type: 'http', scheme: 'bearer', description: 'an API key: cx keys create' })
    .build();
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
  const content = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };
  for (const path of Object.values(document.paths)) {
    for (const operation of Object.values(path as Record<string, { responses?: Record<string, unknown> }>)) {
      if (operation.responses !== undefined)
        operation.responses['default'] = { description: 'a problem', content };
    }
  }
  return document;
}
