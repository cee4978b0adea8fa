import { describe, expect, test } from '@jest/globals';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import {
  breaksOf,
  leadsTo,
  publishedOf,
  type AsyncApi,
  type Published,
  type Shape,
} from './support/published-shapes.js';

/**
 * Others build on what is published in Kafka. `test/golden/published-events.json` holds what they rely on: `npm run generate`
 * takes additions into it, and leaves it as it is where something would break, which this test then finds.
 */

interface Document extends AsyncApi {
  asyncapi: string;
  info: { title: string; version: string };
  components: {
    schemas: Record<string, Shape>;
    messages: Record<string, { name: string; contentType: string; payload: Shape; examples?: { payload: object }[] }>;
  };
}
const read = <T>(path: string) => JSON.parse(readFileSync(join(import.meta.dirname, '..', path), 'utf8')) as T;
const golden = read<Published>('test/golden/published-events.json');
const document = read<Document>('docs/asyncapi.json');
const now = publishedOf(document);

test('what is published can be read, and what is taken can be sent, as it could before', () => {
  expect(breaksOf(golden, now)).toEqual([]);
});

test('additions are in the golden file, so that they cannot be taken back unseen', () => {
  const unlike = (was: Record<string, unknown>, is: Record<string, unknown>) =>
    Object.keys(is).filter((name) => !isDeepStrictEqual(was[name], is[name]));
  expect(unlike(golden.topics, now.topics)).toEqual([]);
  expect(unlike(golden.messages, now.messages)).toEqual([]);
  expect(breaksOf(now, now)).toEqual([]);
});

// ── The document itself. The published JSON Schema of AsyncAPI is in no package here: this is what we know of it. ──

describe('docs/asyncapi.json', () => {
  test('is AsyncAPI 3, and every reference in it leads somewhere', () => {
    expect(document.asyncapi).toBe('3.0.0');
    const all = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map((match) => match[1]!);
    expect(all.length).toBeGreaterThan(300);
    expect([...new Set(all)].filter((one) => !one.startsWith('#/') || leadsTo(document, one) === undefined)).toEqual(
      [],
    );
  });

  test('has what the specification asks of channels, operations and messages, and no more', () => {
    const takes = (value: object, ...names: string[]) =>
      Object.keys(value).filter((name) => !names.includes(name) && !name.startsWith('x-'));
    const root = ['asyncapi', 'id', 'info', 'servers', 'defaultContentType', 'channels', 'operations', 'components'];
    const channel = [
      'address',
      'messages',
      'title',
      'summary',
      'description',
      'servers',
      'parameters',
      'tags',
      'bindings',
    ];
    const operation = ['action', 'channel', 'title', 'summary', 'description', 'bindings', 'messages', 'reply'];
    const message = ['headers', 'payload', 'correlationId', 'contentType', 'name', 'title', 'summary', 'examples'];
    expect(takes(document, ...root)).toEqual([]);
    for (const one of Object.values(document.channels)) {
      expect(takes(one, ...channel)).toEqual([]);
      const used = [...one.address.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
      expect(Object.keys((one as unknown as { parameters: object }).parameters)).toEqual(used);
    }
    for (const one of Object.values(document.operations)) {
      expect(takes(one, ...operation)).toEqual([]);
      expect(['send', 'receive']).toContain(one.action);
      expect(leadsTo(document, one.channel.$ref)).toBeDefined();
    }
    for (const [name, one] of Object.entries(document.components.messages))
      expect([name, takes(one, ...message)]).toEqual([name, []]);
    const asked = Object.values(document.operations).map(({ channel }) => channel.$ref.split('/').at(-1)!);
    expect(asked.sort()).toEqual(Object.keys(document.channels).sort());
  });

  const ajv = new Ajv({ strict: false });
  formats.default(ajv);
  ajv.addSchema(document, 'doc');
  const messages = Object.entries(document.components.messages);

  test('every payload is a JSON Schema, and every example is right by it', () => {
    let examples = 0;
    for (const [name, one] of messages) {
      const validate = ajv.compile({ $ref: `doc#/components/messages/${name}/payload` });
      for (const { payload } of one.examples ?? []) {
        examples += 1;
        expect([name, validate(payload), validate.errors]).toEqual([name, true, null]);
      }
    }
    expect(examples).toBeGreaterThanOrEqual(5);
  });

  test('an example with a fault is wrong by it', () => {
    const example = document.components.messages.Command!.examples![0]!.payload;
    const validate = ajv.compile({ $ref: 'doc#/components/messages/Command/payload' });
    expect(validate({ ...example, token: 'x' })).toBe(false);
    expect(validate({ ...example, path: undefined, idempotencyKey: '' })).toBe(false);
  });
});

// ── The rules ──

const shape = (more: Partial<Shape> = {}): Shape => ({
  type: 'object',
  properties: {
    title: { type: 'string' },
    days: { type: ['integer', 'null'] },
    kind: { type: 'string', enum: ['a', 'b'] },
    tags: { type: 'array', items: { type: 'string', maxLength: 9 } },
    by: { type: 'object', additionalProperties: { type: 'number' } },
    body: { anyOf: [{ type: 'string' }, { type: 'object', properties: { x: { type: 'number' } }, required: ['x'] }] },
  },
  required: ['title', 'kind'],
  ...more,
});
const having = (name: string, one: Shape | undefined): Shape =>
  shape({ properties: { ...shape().properties!, [name]: one! } });
const without = (name: string): Shape => {
  const { [name]: _, ...properties } = shape().properties!;
  return shape({ properties });
};
const published = (
  one: Shape,
  writes: 'attest' | 'others',
  ofTopic: object = {},
  ofMessage: object = {},
): Published => ({
  topics: { log: { address: '{ledger}.log', partitions: 1, retention: 5, key: 'none', ...ofTopic } },
  messages: {
    M: { writes, topics: ['log'], contentType: 'application/json', headers: {}, shape: one, ...ofMessage },
  },
});
const changes = (was: Shape, is: Shape, writes: 'attest' | 'others') =>
  breaksOf(published(was, writes), published(is, writes));

describe('for those who read', () => {
  test.each<[string, Shape, string[]]>([
    ['nothing changes', shape(), []],
    ['a field is added', having('note', { type: 'string' }), []],
    ['a field becomes certain', shape({ required: ['title', 'kind', 'days'] }), []],
    ['a type is narrowed', having('days', { type: 'integer' }), []],
    ['a value comes no more', having('kind', { type: 'string', enum: ['a'] }), []],
    ['a rule is added', having('title', { type: 'string', maxLength: 3 }), []],
    ['a form comes no more', having('body', { type: 'string' }), []],
    ['a field is removed', without('title'), ['M.title is gone or renamed']],
    ['a type changes', having('title', { type: 'number' }), ['M.title may be number']],
    ['a type is widened', having('title', { type: ['string', 'null'] }), ['M.title may be null']],
    ['an integer becomes a number', having('days', { type: ['number', 'null'] }), ['M.days may be number']],
    [
      'a type is left open',
      having('tags', { items: { type: 'string', maxLength: 9 } }),
      expect.arrayContaining(['M.tags may be object']) as never,
    ],
    ['a field may be left out', shape({ required: ['kind'] }), ['M.title may be left out']],
    ['a value is added', having('kind', { type: 'string', enum: ['a', 'b', 'c'] }), ['M.kind may be "c"']],
    ['a list of values is opened', having('kind', { type: 'string' }), ['M.kind may be anything']],
    [
      'what is in a list changes',
      having('tags', { type: 'array', items: { type: 'number', maxLength: 9 } }),
      ['M.tags[] may be number'],
    ],
    [
      'a rule is given up',
      having('tags', { type: 'array', items: { type: 'string' } }),
      ['M.tags[] keeps maxLength no more'],
    ],
    [
      'what is in a map changes',
      having('by', { type: 'object', additionalProperties: { type: 'string' } }),
      ['M.by.* may be string'],
    ],
    [
      'a form is added',
      having('body', { anyOf: [{ type: 'string' }, { type: 'null' }] }),
      [expect.stringMatching(/^M.body has no such form/) as never],
    ],
  ])('%s', (_, is, faults) => {
    expect(changes(shape(), is, 'attest')).toEqual(faults);
  });

  test('a value may be added where readers were told that more may come', () => {
    const open = (...values: string[]) => having('kind', { type: 'string', enum: values, 'x-open': true });
    expect(changes(open('a'), open('a', 'b'), 'attest')).toEqual([]);
  });
});

describe('for those who write', () => {
  test.each<[string, Shape, string[]]>([
    ['nothing changes', shape(), []],
    ['a field that may be left out is added', having('note', { type: 'string' }), []],
    ['a field may be left out', shape({ required: [] }), []],
    ['a type is widened', having('title', { type: ['string', 'null'] }), []],
    ['a value is added', having('kind', { type: 'string', enum: ['a', 'b', 'c'] }), []],
    ['a rule is given up', having('tags', { type: 'array', items: { type: 'string' } }), []],
    ['other fields are taken no more', shape({ additionalProperties: false }), ['M takes no other fields any more']],
    ['a field is taken no more', without('days'), ['M.days is gone or renamed']],
    ['a field must be there', shape({ required: ['title', 'kind', 'days'] }), ['M.days must be there']],
    ['a type is narrowed', having('days', { type: 'integer' }), ['M.days must not be null any more']],
    ['a value is taken no more', having('kind', { type: 'string', enum: ['a'] }), ['M.kind takes "b" no more']],
    [
      'only some values are taken',
      having('title', { type: 'string', enum: ['x'] }),
      ['M.title takes only some values'],
    ],
    ['a rule is added', having('title', { type: 'string', maxLength: 3 }), ['M.title has another maxLength']],
    [
      'a form is taken no more',
      having('body', { type: 'string' }),
      [expect.stringMatching(/^M.body has no such form/) as never],
    ],
  ])('%s', (_, is, faults) => {
    expect(changes(shape(), is, 'others')).toEqual(faults);
  });
});

test('what took no other fields may take some, and goes on taking none', () => {
  const closed = shape({ additionalProperties: false });
  expect(changes(closed, closed, 'others')).toEqual([]);
  expect(changes(closed, shape(), 'others')).toEqual([]);
  expect(changes(closed, without('days'), 'others')).toEqual(['M.days is gone or renamed']);
});

describe('of headers and the form of a message', () => {
  const header = (...required: string[]): Shape => ({
    ...{ type: 'object', required },
    properties: { authorization: { type: 'string' }, traceparent: { type: 'string' } },
  });
  const changed = (was: object, is: object, writes: 'attest' | 'others') =>
    breaksOf(published(shape(), writes, {}, was), published(shape(), writes, {}, is));

  test.each<[string, object, object, string[]]>([
    ['a header may be left out', { headers: header('authorization') }, { headers: header() }, []],
    [
      'a header must be there',
      { headers: header() },
      { headers: header('authorization') },
      ['M, header.authorization must be there'],
    ],
    [
      'the first header must be there',
      { headers: {} },
      { headers: header('authorization') },
      expect.arrayContaining(['M, header.authorization must be there']) as never,
    ],
    [
      'a header is read no more',
      { headers: header() },
      { headers: { type: 'object', properties: { authorization: { type: 'string' } } } },
      ['M, header.traceparent is gone or renamed'],
    ],
    ['the form changes', {}, { contentType: 'application/xml' }, ['M is application/json no more']],
  ])('for those who write: %s', (_, was, is, faults) => {
    expect(changed(was, is, 'others')).toEqual(faults);
  });

  test.each<[string, object, object, string[]]>([
    ['a header is added', { headers: header() }, { headers: header('traceparent') }, []],
    [
      'a header may be missing',
      { headers: header('authorization') },
      { headers: header() },
      ['M, header.authorization may be left out'],
    ],
    ['the form changes', {}, { contentType: 'application/xml' }, ['M is application/json no more']],
  ])('for those who read: %s', (_, was, is, faults) => {
    expect(changed(was, is, 'attest')).toEqual(faults);
  });
});

describe('of topics', () => {
  const was = published(shape(), 'attest');

  test('answers come in the same topic', () => {
    const answered = published(shape(), 'attest', { answeredIn: 'replies' });
    const fault = ['what is sent to the topic log is answered in replies no more'];
    expect(breaksOf(was, answered)).toEqual([]);
    expect(breaksOf(answered, answered)).toEqual([]);
    expect(breaksOf(answered, was)).toEqual(fault);
    expect(breaksOf(answered, published(shape(), 'attest', { answeredIn: 'answers' }))).toEqual(fault);
  });

  test.each([
    ['it is kept for longer', { retention: -1 }, []],
    ['it is renamed', { address: '{ledger}.events' }, ['the topic log has another address']],
    ['partitions change', { partitions: 2 }, ['the topic log has another number of partitions']],
    ['the key changes', { key: 'scope' }, ['the topic log is keyed by something else']],
    ['it forgets sooner', { retention: 4 }, ['the topic log forgets sooner']],
  ])('%s', (_, change, faults) => {
    expect(breaksOf(was, published(shape(), 'attest', change))).toEqual(faults);
  });

  test('one that is gone, a message that is gone, or left a topic, or goes the other way', () => {
    expect(breaksOf(was, { topics: {}, messages: {} })).toEqual([
      'the topic log is gone or renamed',
      'M is gone or renamed',
    ]);
    const moved = { ...was, messages: { M: { ...was.messages.M!, topics: ['facts'] } } };
    expect(breaksOf(was, moved)).toEqual(['M is in log no more']);
    expect(breaksOf(was, published(shape(), 'others'))).toEqual(['M goes the other way']);
  });
});
