import { exampleProject, type ExampleOn, type Operation, type Parameter, type Schema } from './operation.js';
import { kebab } from './validation.js';

/** Parameters and headers of the OpenAPI document. */

type Json = Record<string, unknown>;

/** Of a path, a command and a read; those of the operation alone come last. */
export const parametersOf = (path: string, { body, read, on, parameters: own = [] }: Operation): object[] => [
  ...pathParameters(path, on).filter(({ name }) => !own.some((one) => one.in === 'path' && one.name === name)),
  ...(body ? [idempotencyKey(body.command.name), ...use('IfMatch')] : []),
  ...(read ? READS[read] : []),
  ...own,
];

const pathParameters = (path: string, on: ExampleOn['on']): Json[] =>
  [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string', format: 'uuid' },
    example: name === 'project' ? exampleProject : on,
  }));

// ── What all share ──

const header = (
  name: string,
  description: string,
  schema: Schema = { type: 'string' },
  required = false,
): Parameter => ({
  name,
  in: 'header',
  description,
  schema,
  required,
});
const query = (name: string, description: string, schema: Schema): Parameter => ({
  name,
  in: 'query',
  description,
  schema,
});

/** Not shared: one key for the examples of two commands would have the second refused. */
const idempotencyKey = (command: string): Parameter => ({
  ...header(
    'Idempotency-Key',
    'A value of your own for each thing that you record; sent again, it is recorded once.',
    { type: 'string', minLength: 1, maxLength: 255 },
    true,
  ),
  example: `try-${kebab(command)}`,
});

export const parameters: Record<string, Parameter> = {
  IfMatch: header('If-Match', 'The ETag that you saw: refused with 412 if it has changed since.', {
    type: 'string',
    pattern: '^"\\d+"$',
  }),
  MinPosition: header('Attest-Min-Position', 'Waits until what was recorded up to there is shown.', {
    type: 'string',
    pattern: '^\\d+$',
  }),
  IfNoneMatch: header('If-None-Match', 'The ETag that you have: answered 304 if it still stands.'),
  AsOf: query('asOf', "As it was known: an event's ordinal, or a moment such as 2022-03-31T23:59:59Z.", {
    anyOf: [
      { type: 'integer', minimum: 0 },
      { type: 'string', format: 'date-time' },
    ],
  }),
  Limit: query('limit', 'Items of a page.', { type: 'integer', minimum: 1, maximum: 500, default: 100 }),
  After: query('after', 'The `next` of the page before.', { type: 'string' }),
  OccurredUntil: query(
    'occurredUntil',
    'Only what took place, or could have, by that day; what has no date, or none that was stated, is among it.',
    { type: 'string', format: 'date' },
  ),
};
const use = (...names: (keyof typeof parameters)[]) =>
  names.map((name) => ({ $ref: `#/components/parameters/${name}` }));

const READS = {
  list: use('AsOf', 'OccurredUntil', 'Limit', 'After', 'MinPosition'),
  one: use('AsOf', 'OccurredUntil', 'MinPosition', 'IfNoneMatch'),
  history: use('AsOf', 'MinPosition'),
};

export const headers: Record<string, Json> = {
  ETag: { description: 'The revision, in quotes.', schema: { type: 'string' } },
  Position: { description: 'Goes into Attest-Min-Position.', schema: { type: 'string' } },
  Location: { description: 'Where it can be read.', schema: { type: 'string' } },
  AsOf: { description: 'The ordinal that asOf came to.', schema: { type: 'string' } },
};
export const head = (names: Record<string, keyof typeof headers>) =>
  Object.fromEntries(Object.entries(names).map(([name, of]) => [name, { $ref: `#/components/headers/${of}` }]));
