import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once, EventEmitter } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { tmpdir } from 'node:os';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Consumer, Kafka, KafkaMessage, Producer } from 'kafkajs';
import pg from 'pg';
import { newId } from '#event-sourcing';
import { commandPaths, openInbox, LONGEST_COMMAND } from '#hosting/src/inbox.js';
import { compiledMain } from '#hosting/src/program.js';
import { readOpenLetters } from '#kafka/src/dead-letters.js';
import type { CommandReply } from '#kafka/src/inbox-messages.js';
import type { Inbox } from '#kafka/src/inbox.js';
import { connectKafka } from '#kafka/src/kafka-client.js';
import { ensureTopics, topicsOf } from '#kafka/src/topics.js';
import { describeWith, sharedBroker } from '../../../test/kafka/broker.js';
import { slices, testApp, type TestApp } from './test-app.js';

/** Commands through Kafka into the real application: what is recorded, what is answered, what is dead. */

const broker = await sharedBroker();
const folder = mkdtempSync(join(tmpdir(), 'attest-inbox-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('paths of commands are those that the slices state, and nothing else', () => {
  const isCommand = commandPaths(slices);
  const project = newId();
  const right = [
    '/v1/projects',
    `/v1/projects/${project}/correct-project`,
    `/v1/projects/${project}/trainings`,
    `/v1/projects/${project}/trainings/${newId()}/void-training`,
    '/v1/organisations',
  ];
  const wrong = [
    ...['/v1/tokens', `/v1/tokens/${newId()}/revoke-access`, '/v1/commands', '/v1/replays', '/health/live', ''],
    ...[`/v1/projects/${project}/commands`, `/v1/projects/${project}/trainings/${newId()}`, '//v1/projects'],
    ...['/v1/projects?x=1', '/v1/projects/', '/v1/projects/../tokens', '/v1/projects/%2e%2e/tokens', '/v1/projects\n'],
    ...[`/v1/projects/${project}/trainings/a/b/void-training`, 'http://elsewhere/v1/projects'],
  ];
  expect(right.filter((path) => !isCommand(path))).toEqual([]);
  expect(wrong.filter(isCommand)).toEqual([]);
});

/** A schema that takes no field beside those that it names. */
function closed(value: unknown): unknown {
  const isObject = typeof value === 'object' && value !== null && 'properties' in value && 'type' in value;
  return isObject && !('additionalProperties' in value) ? { ...value, additionalProperties: false } : value;
}

describeWith(broker)('a command through Kafka', () => {
  const settings = {
    brokers: broker?.brokers ?? [],
    ledger: `door-${newId().slice(-12)}`,
    tls: false,
    replication: 1,
    partitions: 2,
  };
  const topics = topicsOf(settings.ledger);
  let kafka: Kafka;
  let told: TestApp;
  let inbox: Inbox;
  let producer: Producer;
  let consumer: Consumer;
  const replies = new Map<string, CommandReply[]>();
  const sent = new Map<string, { value: object; headers: Record<string, string> }>();
  const bell = new EventEmitter();
  const warned: object[] = [];
  const logger = { info: () => undefined, warn: (fields: object) => void (warned.push(fields), bell.emit('more')) };

  beforeAll(async () => {
    kafka = connectKafka(settings);
    const admin = kafka.admin();
    await admin.connect();
    await ensureTopics(admin, settings);
    await admin.disconnect();
    told = await testApp();
    inbox = openInbox({ app: told.app, slices, kafka: settings, logger });
    producer = kafka.producer();
    await producer.connect();
    consumer = kafka.consumer({ groupId: `test-${newId()}`, maxWaitTimeInMs: 100 });
    await consumer.connect();
    await consumer.subscribe({ topic: topics.replies, fromBeginning: true });
    await consumer.run({ eachMessage: async ({ message }) => take(message) });
  }, 120_000);
  afterAll(async () => {
    await inbox.close();
    await consumer.disconnect();
    await producer.disconnect();
    await told.close();
  });

  function take({ value }: KafkaMessage): void {
    const reply = JSON.parse(value!.toString()) as CommandReply;
    replies.set(reply.id, [...(replies.get(reply.id) ?? []), reply]);
    bell.emit('more');
  }

  async function replyTo(id: string, count = 1): Promise<CommandReply> {
    while ((replies.get(id)?.length ?? 0) < count) await once(bell, 'more');
    return replies.get(id)!.at(-1)!;
  }

  const facts = { reference: 'LY-1', title: 'Through Kafka', timeZone: 'Africa/Tripoli', currency: 'EUR' };
  const sendRaw = (value: string | Buffer | null, headers: Record<string, string> = {}, partition = 0) =>
    producer.send({ topic: topics.commands, acks: -1, messages: [{ value, headers, partition }] });
  async function send(
    message: object,
    role?: 'administrator' | 'manager' | 'reporter',
    headers: Record<string, string> = {},
  ) {
    const id = newId();
    const token = role && (await told.tokenFor(role, role));
    const authorization: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const value = { id, idempotencyKey: id, ...message };
    sent.set(id, { value, headers: { ...authorization, ...headers } });
    await sendRaw(JSON.stringify(value), { ...authorization, ...headers });
    return id;
  }
  const letterOf = async (id: string) =>
    (await readOpenLetters(kafka, topics.deadLetters)).find(({ requestId }) => requestId === id);
  /** Of partition 0. */
  async function endOfFirst(): Promise<string> {
    const admin = kafka.admin();
    await admin.connect();
    const ends = await admin.fetchTopicOffsets(topics.commands);
    await admin.disconnect();
    return ends.find(({ partition }) => partition === 0)!.offset;
  }
  const count = async () => {
    let found = 0;
    for await (const batch of told.store.readAll({ after: 0n })) found += batch.length;
    return found;
  };

  test('is recorded and answered as HTTP would, with ETag, position and the trace as its correlation', async () => {
    const trace = '4bf92f3577b34da6a3ce929d0e0e4736';
    const id = await send({ path: '/v1/projects', body: facts }, 'administrator', {
      traceparent: `00-${trace}-00f067aa0ba902b7-01`,
    });
    const reply = await replyTo(id);
    expect(reply).toMatchObject({ id, status: 201, body: { code: 'recorded', revision: 0 } });
    const { body } = reply as { body: { id: string; position: string } };
    expect(reply.headers).toEqual({
      ETag: '"0"',
      'Attest-Position': body.position,
      Location: `/v1/projects/${body.id}`,
    });
    const name = `project-${body.id}`;
    const [stored] = (await told.store.readStreams([name])).get(name)!;
    expect(JSON.parse(stored!.meta)).toMatchObject({ correlationId: trace });
  });

  test('sent twice is recorded once, and answered the same', async () => {
    const before = await count();
    const token = await told.tokenFor('twice', 'administrator');
    const value = JSON.stringify({ id: 'twice', idempotencyKey: 'twice Ü', path: '/v1/projects', body: facts });
    for (const partition of [0, 1]) await sendRaw(value, { authorization: `Bearer ${token}` }, partition);
    await replyTo('twice', 2);
    const [one, two] = replies.get('twice') as { body: { id: string; code: string } }[];
    expect(await count()).toBe(before + 1);
    expect([one!.body.code, two!.body.code].sort()).toEqual(['already-recorded', 'recorded']);
    expect(one!.body.id).toBe(two!.body.id);
    // The same as by HTTP: one key of one actor is one command, whichever way it comes.
    const again = await fetch(`${told.url}/v1/projects`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'idempotency-key': Buffer.from('twice Ü').toString('latin1'),
        'content-type': 'application/json',
      },
      body: JSON.stringify(facts),
    });
    expect(await again.json()).toMatchObject({ id: one!.body.id, code: 'already-recorded' });
  });

  test.each([
    ['without a token', { path: '/v1/projects', body: facts }, undefined, 401, 'token-missing'],
    ['with too small a role', { path: '/v1/projects', body: facts }, 'reporter', 403, 'role-missing'],
    ['with a wrong body', { path: '/v1/projects', body: { title: 3 } }, 'administrator', 400, 'invalid-body'],
    ['at a stale revision', { path: '/v1/projects', body: facts, ifMatch: 7 }, 'administrator', 412, 'stale-revision'],
    ['of what is not there', { path: `/v1/projects/${newId()}/trainings`, body: {} }, 'reporter', 403, 'role-missing'],
    [
      'with a body over the limit',
      { path: '/v1/projects', body: { ...facts, title: 'x'.repeat(270_000) } },
      'administrator',
      413,
      'too-large',
    ],
  ] as const)('%s is answered and dead', async (_, message, role, status, code) => {
    const before = await count();
    const id = await send(message, role);
    expect(await replyTo(id)).toMatchObject({ id, status, body: { code, instance: id } });
    expect(await letterOf(id)).toMatchObject({ request: { path: message.path }, problem: { code }, tries: 1 });
    expect(await count()).toBe(before);
  });

  test.each([
    ['/v1/tokens', { actor: 'me', roles: ['administrator'], project: '*', expiresIn: 3600 }],
    ['/v1/commands', {}],
    ['/v1/projects/../tokens', {}],
  ])('to %s is no command, whoever asks', async (path, body) => {
    const id = await send({ path, body }, 'administrator');
    expect(await replyTo(id)).toMatchObject({ status: 404, body: { code: 'no-command-route' } });
    const letter = await letterOf(id);
    expect(letter).not.toHaveProperty('request');
    expect(Buffer.from(letter!.raw!.base64, 'base64').toString()).toContain(path);
  });

  test.each<[string, string | Buffer | null, RegExp, string]>([
    ['no JSON', '{"id": "a",,}', /not JSON at line 1, column 12/, 'bad-json'],
    ['empty', null, /is empty/, 'no-command'],
    ['a list', '[]', /no JSON object/, 'no-command'],
    ['no text', Buffer.from([0xff, 0xfe, 0x7b]), /UTF-8/, 'invalid-body'],
    ['a name that stands twice', '{"path":"/v1/projects","path":"/v1/projects"}', /twice/, 'invalid-body'],
    [
      'fields that nobody knows',
      '{"token":"eyJhbGciOi.J9.sig","path":"/v1/projects"}',
      /idempotencyKey/,
      'invalid-body',
    ],
    ['far too long', `"${'x'.repeat(LONGEST_COMMAND)}"`, /bytes/, 'too-large'],
  ])('a message that is %s holds up nobody: it is answered and dead', async (_, value, reason, code) => {
    const offset = await endOfFirst();
    await sendRaw(value);
    const place = `${topics.commands}-0-${offset}`;
    expect(await replyTo(place)).toMatchObject({ body: { code, detail: expect.stringMatching(reason) } });
    const letter = await letterOf(place);
    expect(letter).toMatchObject({ reason: expect.stringMatching(reason), raw: { bytes: value?.length ?? 0 } });
    expect(Buffer.from(letter!.raw!.base64, 'base64').toString()).not.toContain('eyJ');
    const behind = await send({ path: '/v1/projects', body: facts }, 'administrator');
    expect(await replyTo(behind)).toMatchObject({ status: 201 });
  });

  test('waits for a database that is away, and is recorded when it is back', async () => {
    const owner = new pg.Client({ ...told.database, database: 'postgres' });
    await owner.connect();
    const { database } = told.database;
    const terminate = 'select pg_terminate_backend(pid) from pg_stat_activity where datname = $1';
    await owner.query(`alter database "${database}" allow_connections false`);
    await owner.query(terminate, [database]);
    const id = await send({ path: '/v1/projects', body: facts }, 'administrator');
    while (!warned.some((fields) => (fields as { request?: string }).request === id)) await once(bell, 'more');
    expect(replies.has(id)).toBe(false);
    await owner.query(`alter database "${database}" allow_connections true`);
    await owner.end();
    expect(await replyTo(id)).toMatchObject({ status: 201 });
    expect(await letterOf(id)).toBeUndefined();
  });

  test('counts on the limits of HTTP, and gives its place back: a thousand more than may be under way at once', async () => {
    const before = await count();
    const token = await told.tokenFor('many', 'administrator');
    const headers = { authorization: `Bearer ${token}` };
    const ids = Array.from({ length: 1_100 }, (_, index) => `many-${index}`);
    await producer.send({
      topic: topics.commands,
      acks: -1,
      messages: ids.map((id) => ({
        headers,
        value: JSON.stringify({ id, idempotencyKey: 'many', path: '/v1/projects', body: facts }),
      })),
    });
    for (const id of ids) await replyTo(id);
    expect(new Set(ids.map((id) => replies.get(id)![0]!.status))).toEqual(new Set([201]));
    expect(await count()).toBe(before + 1);
  }, 120_000);

  // ── attest inbox ──

  async function attest(argv: readonly string[], more: Record<string, string> = {}) {
    const env = {
      ...process.env,
      NODE_OPTIONS: '',
      KAFKA_BROKERS: settings.brokers.join(),
      ATTEST_LEDGER: settings.ledger,
    };
    const child = spawn(process.execPath, [compiledMain(), 'inbox', ...argv], { env: { ...env, ...more } });
    const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
    if (child.exitCode === null) await once(child, 'exit');
    return { code: child.exitCode, out, err };
  }

  test('attest inbox shows it, sends it again when its cause is gone, and closes it', async () => {
    const project = newId();
    const reason = { code: 'data-quality', text: 'The contract says otherwise.' };
    const path = `/v1/projects/${project}/correct-project`;
    const refused = await send({ path, body: { ...facts, reason } }, 'manager');
    const anonymous = await send({ path: '/v1/projects', body: facts });
    const made401 = await send({ path: '/v1/projects', body: facts });
    await sendRaw('no command');
    await replyTo(refused);
    await replyTo(anonymous);
    await replyTo(made401);
    const { id, reason: why } = (await letterOf(refused))!;
    const token = join(folder, 'token');
    const holds = async (role: 'administrator' | 'manager') =>
      writeFileSync(token, `${await told.tokenFor('operator', role)}\n`);
    const server = ['--url', told.url, '--token-file', token];

    const listed = await attest(['--json']);
    expect(listed.code).toBe(3);
    expect(JSON.parse(listed.out)).toContainEqual(expect.objectContaining({ id, path, tries: 1, reason: why }));
    expect(listed.out).not.toContain('The contract says');
    const table = await attest([]);
    expect(table.out).toMatch(new RegExp(`${id}  20..-..-..T..:..:..Z  1 +${path} +${why.slice(0, 10)}`));
    const shown = await attest(['show', id]);
    expect(shown).toMatchObject({ code: 0, out: expect.stringContaining('The contract says otherwise.') });

    await holds('administrator');
    const tooSmall = await attest(['replay', id, ...server]);
    expect(tooSmall).toMatchObject({ code: 3, out: expect.stringContaining('needs the role manager') });
    expect(await letterOf(refused)).toMatchObject({ id, tries: 1, reason: why });
    await holds('manager');
    const early = await attest(['replay', id, ...server]);
    expect(early).toMatchObject({ code: 3, out: expect.stringContaining(`refused again: ${why}`) });
    expect(await letterOf(refused)).toMatchObject({ id, tries: 2 });

    const made = await fetch(`${told.url}/v1/projects`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${await told.tokenFor('maker', 'administrator')}`,
        ...{ 'idempotency-key': project, 'content-type': 'application/json' },
      },
      body: JSON.stringify({ ...facts, title: 'Too late', id: project }),
    });
    expect(made.status).toBe(201);
    const replayed = await attest(['replay', id.slice(0, 13), ...server]);
    expect(replayed).toMatchObject({ code: 0, out: `${id}  ${path}  recorded\n` });
    expect(await replyTo(refused, 2)).toMatchObject({ status: 200, headers: { ETag: '"1"' }, body: { id: project } });
    expect(await letterOf(refused)).toBeUndefined();

    // What makes something is answered as a POST is: 201, and where it is.
    await holds('administrator');
    expect(await attest(['replay', (await letterOf(made401))!.id, ...server])).toMatchObject({ code: 0 });
    const reply = await replyTo(made401, 2);
    const { id: project2, position } = reply.body as { id: string; position: string };
    const headers = { ETag: '"0"', 'Attest-Position': position, Location: `/v1/projects/${project2}` };
    expect(reply).toMatchObject({ status: 201, headers });

    const all = await attest(['replay', '--all', '--json', ...server]);
    const outcomes = JSON.parse(all.out) as { status: number }[];
    expect([all.code, new Set(outcomes.map(({ status }) => status))]).toEqual([3, new Set([400, 412, 413])]);
    // Nobody's command becomes an operator's because all were sent again.
    const left = await letterOf(anonymous);
    expect(left).toMatchObject({ tries: 1, problem: { status: 401 } });
    expect(await attest(['discard', left!.id])).toMatchObject({ code: 0 });
    expect(await letterOf(anonymous)).toBeUndefined();
  }, 120_000);

  test('attest inbox replay --all that ends midway has told what it recorded by then', async () => {
    const token = join(folder, 'token');
    writeFileSync(token, 'any\n');
    let asked = 0;
    const leaving = createServer((request, response) => {
      asked += 1;
      if (asked === 2) return void request.socket.destroy();
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ id: newId(), events: [], revision: 0, position: '1', code: 'recorded' }));
    });
    leaving.listen(0, '127.0.0.1');
    await once(leaving, 'listening');
    const { port } = leaving.address() as { port: number };
    const ended = await attest(['replay', '--all', '--url', `http://127.0.0.1:${port}`, '--token-file', token]);
    leaving.close();
    expect(asked).toBe(2);
    expect(ended.code).toBe(1);
    expect(ended.out).toMatch(/^[-0-9a-f]{36} {2}\/v1\/\S+ {2}recorded\n$/);
    expect(ended.err).toContain('cannot be reached');
  }, 120_000);

  test('commands that were recorded, replies and letters are as docs/asyncapi.json says, and hold nothing more', async () => {
    const path = join(import.meta.dirname, '../../../docs/asyncapi.json');
    const document = JSON.parse(readFileSync(path, 'utf8'), (_, value: unknown) => closed(value)) as object;
    const ajv = new Ajv({ strict: false });
    formats.default(ajv);
    ajv.addSchema(document, 'doc');
    const faultsOf = (message: string, values: readonly unknown[], part = 'payload') => {
      const validate = ajv.compile({ $ref: `doc#/components/messages/${message}/${part}` });
      return values.flatMap((value) => (validate(value) ? [] : [{ value, errors: structuredClone(validate.errors) }]));
    };
    const answered = [...replies.values()].flat();
    const letters = await readOpenLetters(kafka, topics.deadLetters);
    const taken = [...sent].filter(([id]) => replies.get(id)?.some(({ status }) => status < 400)).map(([, one]) => one);
    expect(new Set(answered.map(({ status }) => status))).toEqual(new Set([200, 201, 400, 401, 403, 404, 412, 413]));
    expect(letters.some(({ raw }) => raw) && letters.some(({ request }) => request)).toBe(true);
    expect(taken.length).toBeGreaterThan(5);
    expect(faultsOf('Reply', answered)).toEqual([]);
    expect(faultsOf('DeadLetter', letters)).toEqual([]);
    expect(
      faultsOf(
        'Command',
        taken.map(({ value }) => value),
      ),
    ).toEqual([]);
    const withToken = taken.filter(({ headers }) => headers.authorization !== undefined);
    expect(
      faultsOf(
        'Command',
        withToken.map(({ headers }) => headers),
        'headers',
      ),
    ).toEqual([]);
  });

  test('attest inbox says what is asked wrongly, and what is not there', async () => {
    const broken = (await readOpenLetters(kafka, topics.deadLetters)).find(({ request }) => request === undefined)!;
    const asked = await Promise.all([
      attest(['replay', broken.id, '--url', told.url, '--token-file', 'none']),
      attest(['replay']),
      attest(['show', 'nobody']),
      attest([], { KAFKA_BROKERS: '' }),
      attest([], { KAFKA_BROKERS: '127.0.0.1:1' }),
      attest([], { ATTEST_LEDGER: 'elsewhere' }),
    ]);
    expect(asked.map(({ code }) => code)).toEqual([2, 2, 2, 2, 1, 1]);
    const said = [
      /is no command/,
      /--all/,
      /the id nobody/,
      /KAFKA_BROKERS is not set/,
      /127.0.0.1:1/,
      /elsewhere.commands.dead|topic/,
    ];
    for (const [index, words] of said.entries()) expect(asked[index]!.err).toMatch(words);
  }, 120_000);

  test('tokens and bodies are never logged', () => {
    expect(told.logged()).not.toMatch(/eyJ|Through Kafka/);
  });
});
