import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { canonical } from '#event-sourcing';

/**
 * Events are stored for ever: what a type could hold when it was released it can hold for ever, and old events lack what
 * came later. `test/golden/event-schemas.json` holds the shapes; `npm run generate` lets it grow and never changes it.
 */

interface Shape {
  properties?: Record<string, Shape>;
  required?: string[];
  enum?: unknown[];
  const?: unknown;
  items?: Shape;
  additionalProperties?: boolean | Shape;
  description?: string;
  [keyword: string]: unknown;
}
const root = join(import.meta.dirname, '..');
const read = <T>(path: string) => JSON.parse(readFileSync(join(root, path), 'utf8')) as T;
const golden = read<Record<string, Shape>>('test/golden/event-schemas.json');
const now = new Map<string, Shape>(
  readdirSync(join(root, 'docs/events')).map((name) => {
    const { $schema: _, $id: __, title: ___, ...shape } = read<Shape>(`docs/events/${name}`);
    return [name.replace('.schema.json', ''), shape];
  }),
);

/** What of a stored event the new shape would not take, or would take for something else. */
function breaks(was: Shape, is: Shape | undefined, at: string): string[] {
  if (!is) return [`${at} is gone or renamed`];
  const { properties = {}, required = [], enum: values = [], items, additionalProperties: others, ...rest } = was;
  const { properties: _, required: needed = [], enum: known, const: only, items: __, ...own } = is;
  const kept = Object.fromEntries(Object.keys(rest).map((keyword) => [keyword, own[keyword]]));
  const taken = known ?? (only === undefined ? undefined : [only]);
  return [
    ...(canonical(withoutComments(kept)) === canonical(rest) ? [] : [`${at} has another type`]),
    ...values.filter((value) => taken && !taken.includes(value)).map((value) => `${at} takes ${String(value)} no more`),
    ...(values.length === 0 && taken ? [`${at} takes only some values`] : []),
    ...needed
      .filter((name) => !required.includes(name))
      .map((name) => `${at}.${name} must be there, and older events lack it`),
    ...Object.entries(properties).flatMap(([name, shape]) => breaks(shape, is.properties?.[name], `${at}.${name}`)),
    ...(items ? breaks(items, is.items, `${at}[]`) : []),
    ...(typeof others === 'object' ? breaks(others, is.additionalProperties as Shape, `${at}.*`) : []),
  ];
}

const withoutComments = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (key, one: unknown) => (key === 'description' ? undefined : one)));

test('what is stored can be read for ever: no field is removed, renamed, of another type, or newly required', () => {
  expect(Object.entries(golden).flatMap(([type, shape]) => breaks(shape, now.get(type), type))).toEqual([]);
});

const shape = (more: object = {}): Shape => ({
  type: 'object',
  properties: { title: { type: 'string' }, kind: { type: 'string', enum: ['a', 'b'] } },
  required: ['title'],
  ...more,
});

test.each([
  ['a field that may be left out is added', { properties: { ...shape().properties, note: { type: 'string' } } }, []],
  ['a field becomes one that may be left out', { required: [] }, []],
  ['a comment changes', { description: 'Of the training.' }, []],
  ['a value is added', { properties: { ...shape().properties, kind: { type: 'string', enum: ['a', 'b', 'c'] } } }, []],
  [
    'a field is renamed',
    { properties: { name: { type: 'string' }, kind: shape().properties?.kind } },
    ['T.title is gone or renamed'],
  ],
  [
    'a type changes',
    { properties: { ...shape().properties, title: { type: 'number' } } },
    ['T.title has another type'],
  ],
  [
    'a text is said to be a date',
    { properties: { ...shape().properties, title: { type: 'string', format: 'date' } } },
    [],
  ],
  ['a field becomes required', { required: ['title', 'kind'] }, ['T.kind must be there, and older events lack it']],
  [
    'a value is removed',
    { properties: { ...shape().properties, kind: { type: 'string', const: 'a' } } },
    ['T.kind takes b no more'],
  ],
])('%s', (_, change, faults) => {
  expect(breaks(shape(), shape(change), 'T')).toEqual(faults);
});
