import { RequestMethod, type Type } from '@nestjs/common';
import { settingsOfMethod, type Access } from './access.js';
import { head, headers, parameters, parametersOf } from './openapi-parameters.js';
import { answers, bodySchema } from './openapi-schemas.js';
import { exampleProject, operationOf, type Operation, type Schema } from './operation.js';

/** OpenAPI 3.1 of what controllers serve: a pure function of their decorators. */

type Json = Record<string, unknown>;

export function openApi(controllers: readonly Type[], version: string): Json {
  const paths: Record<string, Json> = {};
  const schemas: Record<string, Schema> = { ...answers };
  for (const route of controllers.flatMap(routesOf)) {
    const { command, creates } = route.operation.body ?? {};
    if (command) schemas[command.name] = bodySchema(command, creates ?? false);
    (paths[route.path] ??= {})[route.verb] = describe(route);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Attest',
      version,
      summary: 'A monitoring and evaluation ledger.',
      description: INTRODUCTION,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    security: [{ token: [] }],
    paths,
    components: {
      schemas,
      securitySchemes: {
        token: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description: '`npm run attest -- token create --help`',
        },
      },
      responses: Object.fromEntries(Object.entries(refusals).map(([name, { what }]) => [name, problem(what)])),
      parameters,
      headers,
    },
  };
}

const INTRODUCTION = `What a programme did is recorded by commands (POST) and read from registers (GET), as of now or of any
moment since. A command is recorded once per Idempotency-Key: send it again after a lost answer. Its answer has the
position (Attest-Position) from which on reads show it: send that as Attest-Min-Position. What is refused is answered
by a problem document (RFC 9457) with a JSON Pointer per fault.

**To try it**: \`npm run demo\` records a project, LIBMITAF, and \`npm start\` serves it here. Every example below works
when pasted on that data: its ids name LIBMITAF's things. Where an example needs another one first, it says so.

**A token** goes into the header \`Authorization: Bearer …\`. Those of the demo's administrator, manager and officer lie in
\`data/demo-tokens.json\`. One of your own, shown once and kept nowhere:

\`\`\`
npm run attest -- token create --actor "Amal, field office" --role officer --project ${exampleProject}
\`\`\``;

// ── Routes ──

interface ApiRoute {
  path: string;
  verb: string;
  id: string;
  tag: string;
  access: Access;
  operation: Operation;
}

function routesOf(controller: Type): ApiRoute[] {
  const prototype = controller.prototype as Record<string, object>;
  const base = String(Reflect.getMetadata('path', controller) ?? '');
  return Object.getOwnPropertyNames(prototype).flatMap((name) => {
    const method = prototype[name] as object;
    const verb = Reflect.getMetadata('method', method) as RequestMethod | undefined;
    const operation = operationOf(method);
    if (verb === undefined || !operation) return [];
    const parts = [base, String(Reflect.getMetadata('path', method))]
      .flatMap((path) => path.split('/'))
      .filter(Boolean);
    const { access } = settingsOfMethod(method);
    return {
      path: `/${parts.map((part) => part.replace(/^:(.+)/, '{$1}')).join('/')}`,
      verb: RequestMethod[verb].toLowerCase(),
      id: operation.body ? operation.body.command.name : `${controller.name.replace(/Controller$/, '')}.${name}`,
      tag: operation.tag ?? controller.name.replace(/Controller$/, '').toLowerCase(),
      access,
      operation,
    };
  });
}

function describe({ path, id, tag, access, operation }: ApiRoute): Json {
  const { summary, description, after, body, request } = operation;
  const { type = 'application/json', ...content } = body
    ? { schema: { $ref: `#/components/schemas/${body.command.name}` }, example: body.example, type: undefined }
    : (request ?? {});
  return {
    operationId: id,
    tags: [tag],
    summary,
    description: [description, after && first(after), who(access)].filter(Boolean).join('\n\n') || undefined,
    security: access === 'anonymous' ? [] : undefined,
    parameters: parametersOf(path, operation),
    requestBody: 'schema' in content ? { required: true, content: { [type]: content } } : undefined,
    responses: { ...successes(operation), ...refusalsOf(path, access, operation) },
  };
}

const first = (after: string) => `Its example needs that of ${after} first.`;

function who(access: Access): string {
  if (access === 'anonymous') return 'Without a token.';
  if (access.role === 'reader') return 'Needs any role there.';
  const others: Partial<Record<string, string>> = { officer: ' or manager', auditor: ', manager or administrator' };
  const where = access.everywhere ? ' for every project' : '';
  return `Needs the role ${access.role}${others[access.role] ?? ''}${where}.`;
}

// ── Answers ──

const json = (schema: Schema, type = 'application/json', example?: unknown) => ({ [type]: { schema, example } });
const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });

function successes({ body, read, responses = {} }: Operation): Json {
  const own = Object.entries(responses).map(([status, { description, schema, example, type }]) => [
    status,
    { description, content: schema && json(schema, type, example) },
  ]);
  if (own.length > 0) return Object.fromEntries(own) as Json;
  if (body) {
    const told = { headers: head({ ETag: 'ETag', 'Attest-Position': 'Position' }), content: json(ref('Outcome')) };
    const so = { 200: { description: 'Recorded, or already so.', ...told } };
    if (!body.creates) return so;
    const made = { ...told, headers: { ...told.headers, ...head({ Location: 'Location' }) } };
    return { 200: { description: 'Already so.', ...told }, 201: { description: 'Recorded.', ...made } };
  }
  const asOf = head({ 'Attest-As-Of': 'AsOf' });
  if (read === 'one') {
    const one = { description: 'It.', headers: { ...asOf, ...head({ ETag: 'ETag' }) }, content: json(ref('Item')) };
    return { 200: one, 304: { description: 'As you have it.' } };
  }
  const schema = read === 'list' ? ref('Items') : read === 'history' ? ref('Changes') : undefined;
  return { 200: { description: 'OK.', headers: read && asOf, content: schema && json(schema) } };
}

const refusals: Record<string, { status: number; what: string }> = {
  BadRequest: { status: 400, what: 'What was sent cannot be taken: each fault with its place.' },
  Unauthorised: { status: 401, what: 'No token, or one that does not hold.' },
  Forbidden: { status: 403, what: 'The token has no role that may do this.' },
  NotFound: { status: 404, what: 'There is no such thing, or none that the token may see.' },
  Conflict: { status: 409, what: 'A rule refuses it (its code says which), or the key was used with another body.' },
  Stale: { status: 412, what: 'It has changed since.' },
  TooLarge: { status: 413, what: 'The body is larger than the route takes.' },
  WrongType: { status: 415, what: 'Not JSON in UTF-8.' },
  TooMany: { status: 429, what: 'More than is taken at once, or in a minute: again after Retry-After seconds.' },
  NotNow: { status: 503, what: 'Not now: again after Retry-After seconds.' },
};
const problem = (description: string): Json => ({
  description,
  content: json(ref('Problem'), 'application/problem+json'),
});

function refusalsOf(path: string, access: Access, { body, read, request, parameters: own }: Operation): Json {
  const names = [
    ...(body || read || request || own ? ['BadRequest'] : []),
    ...(access === 'anonymous' ? [] : ['Unauthorised']),
    ...(access === 'anonymous' || access.role === 'reader' ? [] : ['Forbidden']),
    ...(path.includes('{') ? ['NotFound'] : []),
    ...(body ? ['Conflict', 'Stale'] : []),
    ...(body || request ? ['TooLarge', 'WrongType'] : []),
    ...(access === 'anonymous' ? ['TooMany'] : ['TooMany', 'NotNow']),
  ];
  return Object.fromEntries(names.map((name) => [refusals[name]!.status, { $ref: `#/components/responses/${name}` }]));
}
