import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { CASE_COMPONENTS } from './case-components.js';
import { INGEST_COMPONENTS } from './components.js';
import { MAP_COMPONENTS } from './map-components.js';
import { PREFERENCE_COMPONENTS } from './preference-doors.js';
import { PROBLEM_ANSWERS, problemName } from './problem-answers.js';
import { READ_COMPONENTS } from './read-components.js';
import { SATISFACTION_COMPONENTS } from './satisfaction-doors.js';

const TAGS: readonly (readonly [name: string, description: string])[] = [
  ['Segment HTTP API', 'Point any Segment or RudderStack SDK here.'],
  ['Interactions', 'What happened between customers and the company.'],
  ['Profiles', 'What is known about people.'],
  ['Live view', 'Who is here now, and what happens.'],
  ['Identity', 'Who is who: merges, their undoing, and those that wait for a person.'],
  ['Accounts', 'Companies: what is known about them, and who belongs to them.'],
  ['Segments', 'Named, versioned rules over people and what they do.'],
  ['Satisfaction', 'What customers answer when they are asked.'],
  ['Notifications', 'Reaching customers, on the channel that fits.'],
  ['Inbox', 'What customers read in the app.'],
  ['Templates', 'What is said, per language and channel.'],
  ['Journeys', 'What is said when.'],
  ['Cases', 'Needs of customers, followed across channels.'],
  ['Tasks', 'Contacts that people make.'],
  ['Maps', 'How customers move, and what channels do.'],
  ['Webhooks', 'Endpoints of your own that notifications are sent to.'],
  ['Preferences', 'How people want to be reached, and the page on which they say so.'],
  ['Unsubscribe', 'The links in mails.'],
  ['Inbound', 'Where providers deliver to.'],
  ['Connections', 'Accounts at providers that deliver to us.'],
  ['Imports', 'Files of what happened before, or elsewhere.'],
  ['Keys', 'Who may use these doors.'],
];

const DESCRIPTION = `The doors of Rapport. JSON in camelCase, times in UTC (RFC 3339, milliseconds), money as \`{"currency": "GBP", "amount": "12.50"}\`, errors as problems (RFC 9457) with a \`code\`,
lists as \`{data, nextCursor}\`.

A **write key** (\`wk_…\`) is public and can only send interactions; a **server key** (\`sk_…\`) is secret and does what its scopes say. 429 and 503 carry \`Retry-After\`: send the same request again after it.
An answer of 200 or 202 to an interaction means that Kafka has it on all in-sync replicas; what it changes can be read a moment later.`;

/** OpenAPI 3.1, from the controllers and the schemas that check what comes in. */
export function openApiDocument(app: NestFastifyApplication): OpenAPIObject {
  const builder = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Rapport')
    .setVersion('1')
    .setDescription(DESCRIPTION)
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .addServer('/', 'This gateway')
    .addSecurity('bearer', { type: 'http', scheme: 'bearer', description: 'A server key (or, to send interactions, a write key).' })
    .addSecurity('writeKeyBasic', { type: 'http', scheme: 'basic', description: 'The key as the user, an empty password.' })
    .addSecurity('writeKeyHeader', { type: 'apiKey', in: 'header', name: 'X-Write-Key', description: 'The key in a header of its own.' });
  for (const [name, description] of TAGS) builder.addTag(name, description);
  const document = SwaggerModule.createDocument(app, builder.build(), {
    operationIdFactory: (controller, method) => `${controller.replace(/Controller$/, '')}_${method}`,
  });
  shareProblems(document);
  const schemas = {
    ...document.components?.schemas,
    ...INGEST_COMPONENTS,
    ...READ_COMPONENTS,
    ...CASE_COMPONENTS,
    ...PREFERENCE_COMPONENTS,
    ...SATISFACTION_COMPONENTS,
    ...MAP_COMPONENTS,
  } as NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>;
  return JSON.parse(
    JSON.stringify({ ...document, components: { ...document.components, schemas, responses: PROBLEM_ANSWERS } }),
  ) as OpenAPIObject;
}

/** Refusals look the same at every door: they are described once. */
function shareProblems({ paths }: OpenAPIObject): void {
  for (const path of Object.values(paths)) {
    for (const { responses } of Object.values(path as Record<string, { responses?: Record<string, unknown> }>)) {
      for (const status of Object.keys(responses ?? {}))
        if (Number(status) >= 400) responses![status] = { $ref: `#/components/responses/${problemName(Number(status))}` };
    }
  }
}

/** `/docs` for people, `/openapi.json` for programs. */
export function serveOpenApi(app: NestFastifyApplication): void {
  SwaggerModule.setup('docs', app, () => openApiDocument(app), {
    jsonDocumentUrl: 'openapi.json',
    yamlDocumentUrl: 'openapi.yaml',
    customSiteTitle: 'Rapport: the doors',
  });
}
