import fc from 'fast-check';

/** Requests made of the OpenAPI document: what it allows, and what people who mean harm send. */

export interface Schema {
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  format?: string;
  pattern?: string;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  $ref?: string;
}
export interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header';
  required?: boolean;
  schema: Schema;
  example?: unknown;
}
export interface Operation {
  route: string;
  method: 'GET' | 'POST';
  path: string;
  parameters: Parameter[];
  body?: { type: string; schema: Schema; example: object };
}
export interface Document {
  paths: Record<
    string,
    Record<
      string,
      {
        parameters?: (Parameter & { $ref?: string })[];
        requestBody?: { content: Record<string, { schema: Schema; example: object }> };
      }
    >
  >;
  components: { schemas: Record<string, Schema>; parameters: Record<string, Parameter> };
}

/** One request. `body`: its bytes; undefined: none. */
export interface Request {
  operation: string;
  mode: string;
  method: string;
  url: string;
  headers: Record<string, string>;
  body: Buffer | undefined;
}

export function operationsOf({ paths, components }: Document): Operation[] {
  return Object.entries(paths).flatMap(([path, verbs]) =>
    Object.entries(verbs).map(([verb, { parameters = [], requestBody }]): Operation => {
      const [type, content] = Object.entries(requestBody?.content ?? {})[0] ?? [];
      const schema = content?.schema.$ref
        ? components.schemas[content.schema.$ref.split('/').at(-1)!]!
        : content?.schema;
      const resolved = parameters.map((one) => (one.$ref ? components.parameters[one.$ref.split('/').at(-1)!]! : one));
      const method = verb.toUpperCase() as Operation['method'];
      const body = type && content && schema ? { type, schema, example: content.example } : undefined;
      return { route: `${method} ${path}`, method, path, parameters: resolved, body };
    }),
  );
}

// ── What is hostile ──

const deep = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
const hostileTexts = [
  '',
  ' ',
  '\0',
  'a\0b',
  '\ud800',
  'x\udfff',
  '\u202etxt.exe',
  '\u2028',
  '\r\nSet-Cookie: a=b',
  "'; drop table events; --",
  '<script>alert(1)</script>',
  '../../../etc/passwd',
  '%00',
  '${7*7}',
  '__proto__',
  'constructor',
  'null',
  'NaN',
  '9'.repeat(400),
  '-0',
  '1e400',
  '0000-00-00',
  '2022-02-30',
  '2022-13',
  '9999-12-31',
  '-271821-04-20',
  '2022-05-10T00:00:00Z',
  '2015/2010',
  'Mars/Olympus',
  'xxx',
  '00000000-0000-0000-0000-000000000000',
  'FFFFFFFF-FFFF-4FFF-8FFF-FFFFFFFFFFFF',
  'é'.normalize('NFD').repeat(300),
  '👩‍👩‍👧‍👦'.repeat(50),
  'x'.repeat(10_001),
];
const hostileValues: unknown[] = [
  null,
  true,
  0,
  -1,
  1.5,
  -0,
  2 ** 53,
  1e21,
  1e308,
  5e-324,
  [],
  {},
  [[]],
  [null],
  { textHash: 'x' },
  { toString: 1, valueOf: 2, length: -1, then: 3 },
  { code: 'other', text: '\0' },
  Array<number>(2_000).fill(0),
  Array<object>(1_000).fill({}),
  Object.fromEntries(Array.from({ length: 101 }, (_, index) => [`k${index}`, 1])),
  'x'.repeat(100_000),
];
const hostile = fc.oneof(
  fc.constantFrom<unknown>(...hostileTexts),
  fc.constantFrom<unknown>(...hostileValues),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.double(),
  fc.jsonValue({ maxDepth: 3 }),
);
const hostileNames = fc.constantFrom(
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  '',
  '\0',
  '\ud800',
  'id',
  'x'.repeat(5_000),
  'a/b~c',
);

/** Bytes that are no such body, or that cost more to read than to send. */
const brokenBodies: (() => Buffer)[] = [
  () => Buffer.alloc(0),
  () => Buffer.from('{'),
  () => Buffer.from('null'),
  () => Buffer.from('[]'),
  () => Buffer.from('"x"'),
  () => Buffer.from('{"a":1,"a":2}'),
  () => Buffer.from('{"total":1e400}'),
  () => Buffer.from('{"total":-1e-400,"__proto__":{"x":1}}'),
  () => Buffer.from('{"title":"\\ud83d"}'),
  () => Buffer.from([0xff, 0xfe, 0x7b, 0x00, 0x7d, 0x00]),
  () => Buffer.from([0x7b, 0x22, 0xc3, 0x28, 0x22, 0x3a, 0x31, 0x7d]),
  () => Buffer.from(`\ufeff{}`),
  () => Buffer.from('{}garbage'),
  () => Buffer.from('['.repeat(100_000)),
  () => Buffer.from(deep(127)),
  () => Buffer.from(deep(200)),
  () => Buffer.from(deep(40_000)),
  () => Buffer.from(`{"a":[${'0,'.repeat(100_000)}0]}`),
  () => Buffer.from(`{${Array.from({ length: 20_000 }, (_, index) => `"k${index}":0`).join(',')}}`),
  () => Buffer.from(`{"days":${'9'.repeat(200_000)}}`),
];
/** 10 MB each: few of them. */
const hugeBodies: (() => Buffer)[] = [
  () => Buffer.from(`{"days":${'9'.repeat(1e7)}}`),
  () => Buffer.from(`{"title":"${'x'.repeat(1e7)}"}`),
  () => Buffer.from(`{"key":"huge","command":"HoldTraining","body":{"title":"${'x'.repeat(1e7)}"}}`),
];

const oddTypes = [
  '',
  'text/plain',
  'application/json; charset=utf-16',
  'application/x-ndjson',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'application/json;;;',
  'x'.repeat(3_000),
  '*/*',
  'application/json, application/json',
];
const oddQueries = [
  'asOf=-1',
  'asOf=1e9',
  'asOf=NaN',
  'asOf=99999999999999999999',
  'asOf=0000-01-01T00:00:00Z',
  'asOf=2022-02-30T00:00:00Z',
  'asOf=%00',
  'limit=0',
  'limit=-1',
  'limit=1e3',
  'limit[]=1',
  'limit=1&limit=2',
  'after=%00',
  'after=MToA',
  'after=%ED%A0%80',
  'occurredUntil=2022-02-30',
  'occurredUntil=%F0%9F',
  '__proto__=1',
  'constructor=x',
  '%zz',
  '?',
  '&&&',
  '=',
  `x=${'x'.repeat(5_000)}`,
  'asOf=1#',
  'format=%2e%2e%2f',
  'from=\u202e'.replace('\u202e', '%E2%80%AE'),
];
const oddHeaders: Record<string, string>[] = [
  { 'idempotency-key': '' },
  { 'idempotency-key': 'k'.repeat(256) },
  { 'idempotency-key': 'a\tb' },
  { 'if-match': '*' },
  { 'if-match': 'W/"0"' },
  { 'if-match': '"99999999999999999999"' },
  { 'if-match': '"7"' },
  { 'if-none-match': '*' },
  { 'attest-min-position': '-1' },
  { 'attest-min-position': '99999999999999999999999' },
  { 'attest-min-position': '0x10' },
  { 'attest-correlation-id': 'x' },
  { traceparent: '00-0-0-0' },
  { 'x-request-id': '<b>' },
  { 'content-encoding': 'gzip' },
  { 'content-encoding': 'identity, identity' },
  { 'content-length': '5' },
  { 'transfer-encoding': 'chunked' },
  { authorization: 'Basic eA==' },
  { authorization: 'Bearer a b' },
  { authorization: `Bearer ${'a.'.repeat(3_000)}` },
  { authorization: 'Bearer eyJhbGciOiJub25lIn0.e30.' },
  { expect: '100-continue' },
  { accept: 'image/png' },
  { 'x-http-method-override': 'DELETE' },
  { 'x-forwarded-for': '1.2.3.4' },
];
const oddIds = [
  'x',
  '%00',
  '%2e%2e',
  '..',
  '%F0%9F',
  '%ED%A0%80',
  'null',
  '-1',
  '*',
  'ledger',
  '%zz',
  'FFFFFFFF-FFFF-4FFF-8FFF-FFFFFFFFFFFF',
  'x'.repeat(3_000),
  '__proto__',
  '018f3f5e-0000-7000-8000-00000000ffff',
  '%E2%80%AE',
  '%20',
];

// ── What the document allows ──

/** Ids of things that there are, and days on which something may have happened. */
export interface Known {
  project: string;
  ids: readonly string[];
  /** What would leave nothing to try is asked of things that are not there. */
  isTooMuch(operation: Operation): boolean;
}

const occurrences = ['2022-05-10', '2022-06', '2022-07/2022-08', '2022', '2022-11-30'];
const titles = ['A title', 'Títol', 'عنوان', '標題', '1.2', 'x'.repeat(60)];

function valueOf(schema: Schema, known: Known, name = ''): fc.Arbitrary<unknown> {
  const { type, enum: values, pattern = '', minimum = 0, maximum = 20 } = schema;
  if ('const' in schema) return fc.constant(schema.const);
  if (values) return fc.constantFrom(...values);
  const options = schema.anyOf ?? schema.oneOf;
  if (options) return fc.oneof(...options.map((one) => valueOf(one, known, name)));
  if (schema.format === 'uuid') return fc.constantFrom(...known.ids);
  if (schema.format === 'date') return fc.constantFrom('2022-05-10', '2023-01-01');
  if (type === 'object') return objectOf(schema, known);
  if (type === 'array') {
    const { items = {}, minItems = 0, maxItems = 3 } = schema;
    return fc.uniqueArray(valueOf(items, known, name), {
      minLength: minItems,
      maxLength: Math.max(minItems, Math.min(maxItems, 3)),
      comparator: (a, b) => JSON.stringify(a) === JSON.stringify(b),
    });
  }
  if (type === 'integer') return fc.integer({ min: minimum, max: Math.min(maximum, minimum + 20) });
  if (type === 'number') return fc.double({ min: minimum, max: Math.min(maximum, minimum + 20), noNaN: true });
  if (type === 'boolean') return fc.boolean();
  if (pattern.includes('\\.\\.')) return fc.constantFrom(...occurrences);
  if (name === 'timeZone') return fc.constantFrom('Africa/Tripoli', 'UTC');
  if (pattern && !pattern.includes('\\p')) return fc.stringMatching(new RegExp(pattern));
  return fc.constantFrom(...titles.map((one) => one.slice(0, schema.maxLength)));
}

function objectOf({ properties = {}, required = [] }: Schema, known: Known): fc.Arbitrary<Record<string, unknown>> {
  const fields = Object.fromEntries(Object.entries(properties).map(([name, of]) => [name, valueOf(of, known, name)]));
  return fc.record(fields, { requiredKeys: required.filter((name) => name in fields) });
}

// ── Requests ──

export function requests(operations: readonly Operation[], known: Known): fc.Arbitrary<Request> {
  const weighted = operations.map((operation) => ({
    weight: /draft|document|rebuild/.test(operation.path) ? 1 : operation.method === 'GET' ? 6 : 12,
    arbitrary: fc.constant(operation),
  }));
  return fc.oneof(...weighted).chain((operation) => {
    return fc.oneof(
      { weight: 32, arbitrary: exampleOf(operation, known) },
      { weight: 22, arbitrary: allowedBy(operation, known) },
      { weight: operation.body ? 26 : 0, arbitrary: mutated(operation, known) },
      { weight: 21, arbitrary: odd(operation, known) },
      { weight: operation.body ? 9 : 0, arbitrary: broken(operation, known) },
    );
  });
}

/** Of every route one with a name that no store can take: what comes rarely must not be missed. */
export const unprintable = (operations: readonly Operation[], known: Known): Request[] =>
  operations
    .filter(({ path }) => path.includes('{'))
    .map((operation) => {
      const ids = Object.fromEntries(['id', 'name', 'figure'].map((name) => [name, '%00']));
      const request = begun(operation, 'odd', { project: known.project, ...ids }, { 'idempotency-key': 'unprintable' });
      return withBody(request, operation, operation.body?.example);
    });

/** A key is new, as far as all of them go; some come twice. */
const key = fc.oneof({ weight: 19, arbitrary: fc.uuid() }, { weight: 1, arbitrary: fc.constantFrom('k1', 'k2') });

function begun(
  operation: Operation,
  mode: string,
  ids: Record<string, string>,
  headers: Record<string, string>,
): Request {
  const url = operation.path.replace(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? 'nothing');
  return { operation: operation.route, mode, method: operation.method, url, headers, body: undefined };
}

const withBody = (request: Request, { body }: Operation, content: unknown): Request =>
  body
    ? {
        ...request,
        headers: { 'content-type': body.type, ...request.headers },
        body: Buffer.from(textOf(content, body.type, request)),
      }
    : request;

/** A line needs a key of its own. */
const textOf = (content: unknown, type: string, { headers }: Request) =>
  type.includes('ndjson') && typeof content === 'object' && content !== null
    ? [content, { ...content, key: headers['idempotency-key'] }, { ...content, key: `${headers['idempotency-key']}-2` }]
        .map((line) => JSON.stringify(line))
        .join('\n')
    : (JSON.stringify(content) ?? '');

function idsOf(operation: Operation, known: Known): Record<string, string> {
  if (known.isTooMuch(operation)) return { project: known.project, id: NOBODY, name: 'nothing' };
  const given = operation.parameters.filter((one) => one.in === 'path' && one.example !== undefined);
  const examples = given.map(({ name, example }) => [name, String(example)]);
  return { project: known.project, id: known.ids[0]!, name: 'nothing', ...Object.fromEntries(examples) };
}

const NOBODY = '018f3f5e-0000-7000-8000-00000000ffff';

const exampleOf = (operation: Operation, known: Known) =>
  key.map((one) =>
    withBody(
      begun(operation, 'example', idsOf(operation, known), { 'idempotency-key': one }),
      operation,
      operation.body?.example,
    ),
  );

function allowedBy(operation: Operation, known: Known): fc.Arbitrary<Request> {
  const ids = idsOf(operation, known);
  const id = known.isTooMuch(operation) ? fc.constant(ids.id) : fc.constantFrom(ids.id, ...known.ids);
  const query = operation.parameters.filter((one) => one.in === 'query' && !['wait', 'after'].includes(one.name));
  const asked = fc.record(
    Object.fromEntries(
      query.map(({ name, schema, example }) => [
        name,
        example === undefined ? valueOf(schema, known, name) : fc.constant(example),
      ]),
    ),
    { requiredKeys: query.filter(({ required }) => required).map(({ name }) => name) },
  );
  const isSelf = operation.path.startsWith('/v1/projects/{id}');
  return fc
    .tuple(key, id, asked, operation.body ? valueOf(operation.body.schema, known) : fc.constant(undefined))
    .map(([one, thing, values, content]) => {
      const request = begun(operation, 'schema', isSelf ? ids : { ...ids, id: thing }, { 'idempotency-key': one });
      const search = new URLSearchParams(
        Object.entries(values).map(([name, value]): [string, string] => [name, String(value)]),
      ).toString();
      return withBody({ ...request, url: search ? `${request.url}?${search}` : request.url }, operation, content);
    });
}

/** An example with one thing wrong somewhere. */
function mutated(operation: Operation, known: Known): fc.Arbitrary<Request> {
  return fc
    .tuple(key, fc.nat(), fc.constantFrom('replace', 'remove', 'add'), hostile, hostileNames)
    .map(([one, place, how, value, name]) => {
      const copy = structuredClone(operation.body?.example ?? {}) as Record<string, unknown>;
      const places = placesIn(copy);
      const { within, at } = places[place % Math.max(1, places.length)] ?? { within: copy, at: 'title' };
      if (how === 'remove') Reflect.deleteProperty(within, at);
      else
        Object.defineProperty(within, how === 'add' && !Array.isArray(within) ? name : at, {
          value,
          enumerable: true,
          configurable: true,
          writable: true,
        });
      const request = begun(operation, 'mutated', idsOf(operation, known), { 'idempotency-key': one });
      return withBody(request, operation, copy);
    });
}

function placesIn(value: unknown): { within: Record<string, unknown>; at: string }[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([at, item]) => [
    { within: value as Record<string, unknown>, at },
    ...placesIn(item),
  ]);
}

/** A good body at a place, or with headers, that nobody can mean. */
function odd(operation: Operation, known: Known): fc.Arbitrary<Request> {
  const good = exampleOf(operation, known).map((request) => ({ ...request, mode: 'odd' }));
  return fc.oneof(
    fc
      .tuple(good, fc.constantFrom(...oddQueries))
      .map(([request, query]) => ({ ...request, url: `${request.url}?${query}` })),
    fc
      .tuple(good, fc.constantFrom(...oddHeaders))
      .map(([request, headers]) => ({ ...request, headers: { ...request.headers, ...headers } })),
    fc
      .tuple(good, fc.constantFrom(...oddTypes))
      .map(([request, type]) => ({ ...request, headers: { ...request.headers, 'content-type': type } })),
    fc
      .tuple(fc.constantFrom(...oddIds), fc.constantFrom(...oddIds), fc.boolean(), key)
      .map(([id, project, isProject, one]) => {
        const ids = { ...idsOf(operation, known), name: id, id, ...(isProject && { project }) };
        return withBody(begun(operation, 'odd', ids, { 'idempotency-key': one }), operation, operation.body?.example);
      }),
    fc
      .tuple(good, fc.constantFrom('PUT', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD', 'GET', 'POST'))
      .map(([request, method]) => ({ ...request, method })),
    fc
      .tuple(good, fc.constantFrom('/', '/../', '//', '/%2e', '/__proto__', ';x=1'))
      .map(([request, tail]) => ({ ...request, url: request.url + tail })),
  );
}

function broken(operation: Operation, known: Known): fc.Arbitrary<Request> {
  const body = fc.oneof(
    { weight: 60, arbitrary: fc.constantFrom(...brokenBodies) },
    { weight: 1, arbitrary: fc.constantFrom(...hugeBodies) },
    { weight: 20, arbitrary: fc.uint8Array({ maxLength: 40 }).map((bytes) => () => Buffer.from(bytes)) },
  );
  return fc.tuple(key, body).map(([one, make]) => {
    const request = begun(operation, 'broken', idsOf(operation, known), { 'idempotency-key': one });
    return {
      ...request,
      headers: { ...request.headers, 'content-type': operation.body?.type ?? 'application/json' },
      body: make(),
    };
  });
}
