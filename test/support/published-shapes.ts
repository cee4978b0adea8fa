/**
 * What of a published document those who read it, or write by it, can rely on: topics and the shapes of messages. Node runs
 * this file as it stands, too (scripts/generate.mjs): it has only types that can be stripped.
 */

/** A JSON Schema, without references. */
export interface Shape {
  type?: string | string[];
  properties?: Record<string, Shape>;
  required?: string[];
  enum?: unknown[];
  const?: unknown;
  items?: Shape;
  anyOf?: Shape[];
  additionalProperties?: boolean | Shape;
  /** More values may come: readers were told so from the first. */
  'x-open'?: boolean;
  [keyword: string]: unknown;
}

export interface Published {
  /** `answeredIn`: the topic in which what is sent to this one is answered. */
  topics: Record<string, { address: string; partitions: number; retention: number; key: string; answeredIn?: string }>;
  /** `attest`: it writes and others read. `others`: they write and Attest reads. */
  messages: Record<
    string,
    { writes: 'attest' | 'others'; topics: string[]; contentType: string; headers: Shape; shape: Shape }
  >;
}

/** What would break those who read `is` as they learnt it from `was`, or who write as they did. A sentence for each. */
export function breaksOf(was: Published, is: Published): string[] {
  return [
    ...Object.entries(was.topics).flatMap(([name, topic]) => ofTopic(name, topic, is.topics[name])),
    ...Object.entries(was.messages).flatMap(([name, message]) => ofMessage(name, message, is.messages[name])),
  ];
}

type Topic = Published['topics'][string];
type Message = Published['messages'][string];

function ofTopic(name: string, was: Topic, is: Topic | undefined): string[] {
  if (!is) return [`the topic ${name} is gone or renamed`];
  const isShorter = is.retention !== -1 && (was.retention === -1 || is.retention < was.retention);
  return [
    ...(is.address === was.address ? [] : [`the topic ${name} has another address`]),
    ...(is.partitions === was.partitions ? [] : [`the topic ${name} has another number of partitions`]),
    ...(is.key === was.key ? [] : [`the topic ${name} is keyed by something else`]),
    ...(isShorter ? [`the topic ${name} forgets sooner`] : []),
    ...(was.answeredIn === undefined || is.answeredIn === was.answeredIn
      ? []
      : [`what is sent to the topic ${name} is answered in ${was.answeredIn} no more`]),
  ];
}

function ofMessage(name: string, was: Message, is: Message | undefined): string[] {
  if (!is) return [`${name} is gone or renamed`];
  if (is.writes !== was.writes) return [`${name} goes the other way`];
  const left = was.topics
    .filter((topic) => !is.topics.includes(topic))
    .map((topic) => `${name} is in ${topic} no more`);
  const judge = was.writes === 'attest' ? forReaders : forWriters;
  return [
    ...left,
    ...(is.contentType === was.contentType ? [] : [`${name} is ${was.contentType} no more`]),
    ...judge(was.headers, is.headers, `${name}, header`),
    ...judge(was.shape, is.shape, name),
  ];
}

// ── Those who read: all that comes must be what they knew ──

function forReaders(was: Shape, is: Shape | undefined, at: string): string[] {
  if (!is) return [`${at} is gone or renamed`];
  if (was.anyOf || is.anyOf) return unfit(waysOf(is), waysOf(was), (known, one) => forReaders(known, one, at), at);
  const { properties = {}, required = [] } = was;
  return [
    ...lost(typesOf(is), typesOf(was)).map((type) => `${at} may be ${type}`),
    ...newValues(was, is, at),
    ...rulesOf(was)
      .filter(([rule, value]) => JSON.stringify(is[rule]) !== JSON.stringify(value))
      .map(([rule]) => `${at} keeps ${rule} no more`),
    ...required
      .filter((name) => is.properties?.[name] && !is.required?.includes(name))
      .map((name) => `${at}.${name} may be left out`),
    ...Object.entries(properties).flatMap(([name, shape]) => forReaders(shape, is.properties?.[name], `${at}.${name}`)),
    ...(was.items ? forReaders(was.items, is.items, `${at}[]`) : []),
    ...ofOthers(was, is, at, forReaders),
  ];
}

function newValues(was: Shape, is: Shape, at: string): string[] {
  const known = valuesOf(was);
  if (!known || was['x-open']) return [];
  const now = valuesOf(is);
  return now ? lost(now, known).map((value) => `${at} may be ${value}`) : [`${at} may be anything`];
}

// ── Those who write: all that they send must be taken ──

function forWriters(was: Shape, is: Shape | undefined, at: string): string[] {
  if (!is) return [`${at} is gone or renamed`];
  if (was.anyOf || is.anyOf) return unfit(waysOf(was), waysOf(is), (one, known) => forWriters(known, one, at), at);
  const { properties = {}, required = [] } = was;
  const [known, now] = [valuesOf(was), valuesOf(is)];
  return [
    ...lost(typesOf(was), typesOf(is)).map((type) => `${at} must not be ${type} any more`),
    ...(now && !known ? [`${at} takes only some values`] : []),
    ...(now && known ? lost(known, now).map((value) => `${at} takes ${value} no more`) : []),
    ...rulesOf(is)
      .filter(([rule, value]) => JSON.stringify(was[rule]) !== JSON.stringify(value))
      .map(([rule]) => `${at} has another ${rule}`),
    ...(is.required ?? []).filter((name) => !required.includes(name)).map((name) => `${at}.${name} must be there`),
    ...(isClosed(is) && !isClosed(was) ? [`${at} takes no other fields any more`] : []),
    ...Object.entries(properties).flatMap(([name, shape]) => forWriters(shape, is.properties?.[name], `${at}.${name}`)),
    ...(was.items ? forWriters(was.items, is.items ?? {}, `${at}[]`) : []),
    ...ofOthers(was, is, at, forWriters),
  ];
}

const isClosed = ({ additionalProperties }: Shape) => additionalProperties === false;

// ── Both ──

type Judge = (was: Shape, is: Shape | undefined, at: string) => string[];

/** Fields that have no name of their own: maps. */
function ofOthers(was: Shape, is: Shape, at: string, judge: Judge): string[] {
  const [before, now] = [was.additionalProperties, is.additionalProperties];
  return typeof before === 'object' ? judge(before, typeof now === 'object' ? now : undefined, `${at}.*`) : [];
}

/** Each of the one side must fit some of the other. */
function unfit(each: Shape[], some: Shape[], judge: (known: Shape, one: Shape) => string[], at: string): string[] {
  const alone = each.filter((one) => some.every((known) => judge(known, one).length > 0));
  return alone.map((one) => `${at} has no such form any more, or a new one: ${JSON.stringify(one).slice(0, 80)}`);
}

const waysOf = (shape: Shape): Shape[] => shape.anyOf ?? [shape];
const ALL_TYPES = ['array', 'boolean', 'null', 'number', 'object', 'string'];

function typesOf({ type }: Shape): string[] {
  return type === undefined ? ALL_TYPES : [type].flat();
}

/** Of `of` those that `by` has not; an integer is a number. */
const lost = (of: string[], by: string[]) =>
  of.filter((one) => !by.includes(one) && !(one === 'integer' && by.includes('number')));

function valuesOf(shape: Shape): string[] | undefined {
  const values = shape.enum ?? ('const' in shape ? [shape.const] : undefined);
  return values?.map((value) => JSON.stringify(value));
}

const RULES = ['format', 'maximum', 'maxItems', 'maxLength', 'minimum', 'minItems', 'minLength', 'pattern'];
const rulesOf = (shape: Shape) => RULES.flatMap((rule) => (rule in shape ? [[rule, shape[rule]] as const] : []));

// ── What a document publishes ──

interface Reference {
  $ref: string;
}

/** Of an AsyncAPI 3 document what is looked at here. */
export interface AsyncApi {
  channels: Record<
    string,
    {
      address: string;
      messages: Record<string, Reference>;
      bindings: { kafka: { partitions: number; topicConfiguration: { 'retention.ms': number } } };
      'x-key': string;
    }
  >;
  operations: Record<string, { action: 'send' | 'receive'; channel: Reference; reply?: { channel: Reference } }>;
  components: {
    messages: Record<string, { contentType: string; headers?: Shape; payload: Shape }>;
    schemas: Record<string, Shape>;
  };
}

export function publishedOf(document: AsyncApi): Published {
  const { channels, operations, components } = document;
  const topics = Object.entries(channels).map(([name, { address, bindings, 'x-key': key }]) => {
    const { partitions, topicConfiguration } = bindings.kafka;
    const { reply } = Object.values(operations).find(({ channel }) => channel.$ref === `#/channels/${name}`) ?? {};
    const answeredIn = reply?.channel.$ref.split('/').at(-1);
    return [
      name,
      { address, partitions, retention: topicConfiguration['retention.ms'], key, ...(answeredIn && { answeredIn }) },
    ];
  });
  const received = Object.values(operations)
    .filter(({ action }) => action === 'receive')
    .map(({ channel }) => channel.$ref);
  const messages = Object.entries(components.messages).map(([name, { contentType, headers, payload }]) => {
    const among = Object.entries(channels).filter(([, channel]) => channel.messages[name]);
    const isReceived = among.some(([channel]) => received.includes(`#/channels/${channel}`));
    const shapeOf = (schema: Shape) => withoutComments(withoutReferences(schema, document));
    return [
      name,
      {
        ...{ writes: isReceived ? 'others' : 'attest', topics: among.map(([channel]) => channel), contentType },
        ...{ headers: shapeOf(headers ?? {}), shape: shapeOf(payload) },
      },
    ];
  });
  return { topics: Object.fromEntries(topics), messages: Object.fromEntries(messages) } as Published;
}

/** What a reference leads to; undefined: nothing. */
export const leadsTo = (document: object, reference: string): unknown =>
  reference
    .slice(2)
    .split('/')
    .reduce((at: unknown, name) => (at as Record<string, unknown> | undefined)?.[name], document);

function withoutReferences(value: unknown, document: object): unknown {
  if (Array.isArray(value)) return value.map((one) => withoutReferences(one, document));
  if (typeof value !== 'object' || value === null) return value;
  if ('$ref' in value) return withoutReferences(leadsTo(document, (value as Reference).$ref), document);
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, withoutReferences(one, document)]));
}

const withoutComments = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (name, one: unknown) => (isComment(name, one) ? undefined : one)));

/** A field may be called title: then it is a schema. */
const isComment = (name: string, value: unknown) =>
  ['description', 'title', '$schema', '$id'].includes(name) && typeof value === 'string';
