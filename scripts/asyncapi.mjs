// The AsyncAPI 3 document of what goes through Kafka, from the topics and the schemas of events.
import { commandExample, eventExample, letterExample, recordedReply, refusedReply } from './asyncapi-examples.mjs';

const ref = (...names) => ({ $ref: `#/${names.join('/')}` });
const object = (properties, ...optional) => ({
  type: 'object',
  properties,
  required: Object.keys(properties).filter((name) => !optional.includes(name)),
});
const text = (description, more = {}) => ({ type: 'string', description, ...more });
const uuid = (description) => text(description, { format: 'uuid' });
const whole = (description, minimum = 0) => ({ type: 'integer', minimum, description });

// ── Schemas ──

const meta = object(
  {
    actor: uuid('A random id; who it is stands in the vault, and never here.'),
    roles: { type: 'array', items: { type: 'string' } },
    commandId: uuid('Of the command that made it; events of one command share it.'),
    bodyTag: text('Tells the ledger a repeat from another command under the same key.'),
    correlationId: text('Of the request: a UUID, or the id of its trace.'),
    causationId: text('What it was made for, where that is another event.'),
    reason: {
      ...object({ code: { type: 'string' }, textHash: { type: 'string' }, lang: { type: 'string' } }, 'lang'),
      description: 'Why, for corrections and voids: a code, and the hash of the words.',
    },
  },
  'causationId',
  'reason',
);

/** As libs/kafka/src/cloud-event.ts makes it. */
const cloudEvent = (type) => ({
  ...object(
    {
      specversion: { const: '1.0' },
      id: uuid('Of the event.'),
      source: text('`/ledgers/<ledger>`. Source and id together are unique.', { pattern: '^/ledgers/' }),
      type: { const: `attest.${type}` },
      subject: text('The stream: `<category>-<id of the thing>`.'),
      time: text('As recordedtime.', { format: 'date-time' }),
      recordedtime: text('When it was recorded. When it took place stands in data.', { format: 'date-time' }),
      datacontenttype: { const: 'application/json' },
      dataschema: text(`\`urn:attest:message:${type}:<schema>\``, { pattern: `^urn:attest:message:${type}:\\d+$` }),
      sequence: text('The ordinal in 16 digits, without gaps in the log: drop what is not greater than the last.', {
        pattern: '^\\d{16}$',
      }),
      position: text('Opaque: Attest-Min-Position takes it.'),
      scope: text("A project's id, or `ledger`."),
      partitionkey: text('The scope.'),
      correlationid: text('As in data.meta.'),
      causationid: text('As in data.meta.'),
      traceparent: text('W3C Trace Context.'),
      data: object({
        revision: whole('Place in its stream.'),
        schema: whole('Version of the shape of data.', 1),
        data: ref('components/schemas', type),
        meta: ref('components/schemas/Meta'),
      }),
    },
    ...['correlationid', 'causationid', 'traceparent'],
  ),
});

const requestId = { type: 'string', pattern: '^[\\w.-]{1,128}$' };
/** Of the inbox: libs/hosting/src/inbox.ts reads it. */
const command = {
  ...object(
    {
      id: {
        ...requestId,
        description: 'Of your request: the reply has it. Without it: `<topic>-<partition>-<offset>`.',
      },
      path: text('As it is posted to by HTTP: `/v1/projects/{project}/trainings`. Tokens and bulks are not taken.', {
        maxLength: 500,
      }),
      idempotencyKey: text('As the header Idempotency-Key: of your own for each thing you record.', {
        minLength: 1,
        maxLength: 255,
      }),
      ifMatch: whole('The revision that you saw.'),
      body: { type: 'object', description: 'As HTTP takes it: see docs/openapi.json.' },
    },
    ...['id', 'ifMatch', 'body'],
  ),
  additionalProperties: false,
};
const answerHeaders = object(
  {
    ETag: text('The revision in quotes.'),
    'Attest-Position': text('For Attest-Min-Position.'),
    Location: text('Of what was made.'),
  },
  ...['ETag', 'Attest-Position', 'Location'],
);
const reply = object({
  id: text('Of the request.'),
  status: {
    type: 'integer',
    minimum: 200,
    maximum: 599,
    description:
      'As HTTP answers it; from 400 on nothing was recorded by then. A later reply to the same request stands in its place.',
  },
  headers: answerHeaders,
  body: { anyOf: [ref('components/schemas/Outcome'), ref('components/schemas/Problem')] },
});
const deadLetter = object(
  {
    id: uuid('Of the letter, and its key.'),
    at: text('When it was refused, at last.', { format: 'date-time' }),
    tries: whole('How often it was tried in vain.', 1),
    reason: text('A sentence.'),
    problem: ref('components/schemas/Problem'),
    from: object({ topic: { type: 'string' }, partition: whole('From 0.'), offset: { type: 'string' } }),
    requestId: text('Of the request.'),
    request: {
      ...object(
        {
          path: { type: 'string' },
          idempotencyKey: { type: 'string' },
          ifMatch: { type: 'integer', minimum: 0 },
          body: { description: 'As it was sent: it may hold personal data.' },
        },
        ...['ifMatch', 'body'],
      ),
      description: 'The command, without its token.',
    },
    raw: {
      ...object({ bytes: whole('Of the whole.'), base64: { type: 'string' } }),
      description: 'What came in the place of a command: its beginning.',
    },
  },
  ...['request', 'raw'],
);

// ── The document ──

const about = {
  log: ['The whole order: every event, in one partition.', 'none'],
  facts: ['Every event, keyed by project: in order within one.', 'scope'],
  commands: [
    'Commands of other systems, in the order of each partition. The token goes into the header `authorization`.',
    'any',
  ],
  replies: ['What HTTP says to each command: at least once. All who may read it read all replies.', 'request'],
  deadLetters: ['Commands that were not recorded. A message without a value closes the letter of its key.', 'letter'],
};

/**
 * Lists of kinds grow as the field does: a reader must take one that it does not know (docs/kafka.md). Other lists are
 * closed: states, operators, directions say how to reckon.
 */
function withOpenKinds(shape, name) {
  if (Array.isArray(shape)) return shape.map((one) => withOpenKinds(one));
  if (typeof shape !== 'object' || shape === null) return shape;
  const { properties, items, ...rest } = shape;
  const isOpen = Array.isArray(shape.enum) && /^kinds?$|Kinds?$/.test(name ?? '');
  return {
    ...Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, withOpenKinds(value)])),
    ...(properties && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([key, value]) => [key, withOpenKinds(value, key)]),
      ),
    }),
    ...(items && { items: withOpenKinds(items, name) }),
    ...(isOpen && { 'x-open': true }),
  };
}

/** `schemas`: of events by type, each `{ data }`. `answers`: of HTTP, its schemas of Outcome and Problem. */
export function asyncApi({ version, schemas, answers, topics, stated, messageBytes, toCloudEvent }) {
  const types = [...schemas.keys()].sort();
  const examples = { TrainingHeld: toCloudEvent(eventExample, 'attest') };
  const events = types.map((type) => [
    type,
    {
      name: `attest.${type}`,
      contentType: 'application/cloudevents+json; charset=UTF-8',
      payload: cloudEvent(type),
      ...(examples[type] && { examples: [{ name: type, payload: examples[type] }] }),
    },
  ]);
  const json = (name, payload, ...examples) => [
    name,
    { name, contentType: 'application/json', payload, examples: examples.map((one) => ({ payload: one })) },
  ];
  const commandMessage = {
    name: 'Command',
    contentType: 'application/json',
    headers: {
      type: 'object',
      properties: {
        authorization: text('`Bearer <token>`, as by HTTP.'),
        traceparent: text('W3C Trace Context: the trace becomes the correlation of the events.'),
      },
      required: ['authorization'],
    },
    payload: command,
    examples: [{ headers: { authorization: 'Bearer <token>' }, payload: commandExample }],
  };
  const messages = Object.fromEntries([
    ...events,
    ['Command', commandMessage],
    json('Reply', reply, recordedReply, refusedReply),
    json('DeadLetter', deadLetter, letterExample),
  ]);
  const within = { log: types, facts: types, commands: ['Command'], replies: ['Reply'], deadLetters: ['DeadLetter'] };
  const channels = Object.entries(within).map(([name, names]) => {
    const { partitions, retention, isCompacted } = stated.find(({ topic }) => topic === topics[name]);
    return [
      name,
      {
        address: topics[name].replace('attest', '{ledger}'),
        description: about[name][0],
        parameters: { ledger: { default: 'attest', description: 'ATTEST_LEDGER.' } },
        messages: Object.fromEntries(names.map((one) => [one, ref('components/messages', one)])),
        bindings: {
          kafka: {
            partitions,
            topicConfiguration: {
              'cleanup.policy': isCompacted ? ['compact', 'delete'] : ['delete'],
              'retention.ms': retention,
              'max.message.bytes': messageBytes,
            },
            bindingVersion: '0.5.0',
          },
        },
        'x-key': about[name][1],
      },
    ];
  });
  const operation = (action, channel, summary, more = {}) => ({
    action,
    channel: ref('channels', channel),
    summary,
    ...more,
  });
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Attest',
      version,
      description:
        'What Attest publishes to Kafka, and the commands it takes from it. Numbers of partitions are those without KAFKA_PARTITIONS. What each field means stands in docs/events.md, how to use it in docs/kafka.md.',
      license: { name: 'Apache-2.0' },
    },
    defaultContentType: 'application/json',
    servers: {
      kafka: { host: '{broker}', protocol: 'kafka', variables: { broker: { default: 'localhost:9092' } } },
    },
    channels: Object.fromEntries(channels),
    operations: {
      publishLog: operation('send', 'log', 'Publish every event, in order.'),
      publishFacts: operation('send', 'facts', 'Publish every event, by project.'),
      takeCommands: operation('receive', 'commands', 'Take a command, and answer it.', {
        reply: { channel: ref('channels/replies') },
      }),
      answerCommands: operation('send', 'replies', 'Answer a command.'),
      keepDeadLetters: operation('send', 'deadLetters', 'Keep what was not recorded.'),
    },
    components: {
      messages,
      schemas: {
        ...Object.fromEntries(types.map((type) => [type, withOpenKinds(schemas.get(type).data)])),
        Meta: meta,
        Outcome: answers.Outcome,
        Fault: answers.Fault,
        Problem: answers.Problem,
      },
    },
  };
}
