import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { request as open, type ClientRequest, type IncomingMessage } from 'node:http';
import { createInterface } from 'node:readline';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { commandId } from '#event-sourcing';
import { allRoles, type LineAnswer, type OutcomeDocument, type ProblemDocument, type Role } from '#http';
import { wholeApp, type WholeApp } from './whole-app.js';

/** NDJSON in, NDJSON out, over sockets that can be cut. */

const project = '018f3f5e-0000-7000-8000-00000000b001';
const otherProject = '018f3f5e-0000-7000-8000-00000000b002';
const amal = '018f3f5e-0000-7000-8000-0000000000a1';
const path = `/v1/projects/${project}/commands`;
const MOST = 200_000;

let it: WholeApp;
let url: string;
const tokens = {} as Record<Role, string>;

beforeAll(async () => {
  it = await wholeApp({ limits: { requestTimeout: 1_000, headersTimeout: 500, bulkLines: MOST, bulksUnderWay: 2 } });
  url = await it.listen();
  for (const role of ['officer', 'manager', 'auditor'] as const) {
    tokens[role] = await it.tokenFor(amal, { [project]: [role] });
  }
  tokens.administrator = await it.tokenFor(amal, { '*': ['administrator'] });
  const facts = { reference: 'LY-1', title: 'A project', timeZone: 'Africa/Tripoli', currency: 'EUR' };
  const created = await send(
    [project, otherProject].map((id) => ({ key: id, command: 'CreateProject', id, body: facts })),
    { token: tokens.administrator, to: '/v1/commands' },
  );
  expect(created.map(({ status }) => status)).toEqual(['recorded', 'recorded']);
}, 60_000);
afterAll(() => it.close());

// ── A client ──

let keys = 0;
const newKey = () => `key-${(keys += 1)}`;
const held = { kind: 'training', title: 'Training of trainers', occurredOn: '2022-05-10' };
const hold = (more: object = {}) => ({ key: newKey(), command: 'HoldTraining', body: held, ...more });
const reason = { code: 'data-quality', text: 'The list says otherwise.' };

interface Sent {
  token?: string;
  to?: string;
  headers?: Record<string, string>;
}
interface Exchange {
  request: ClientRequest;
  response: Promise<IncomingMessage>;
}

function begin({ token = tokens.officer, to = path, headers = {} }: Sent = {}): Exchange {
  const { hostname, port } = new URL(url);
  const request = open({
    hostname,
    port,
    path: to,
    method: 'POST',
    headers: { 'content-type': 'application/x-ndjson', authorization: `Bearer ${token}`, ...headers },
    agent: false,
  });
  const response = once(request, 'response').then(([one]) => one as IncomingMessage);
  response.catch(() => undefined);
  request.on('error', () => undefined);
  return { request, response };
}

async function* answersOf(response: Promise<IncomingMessage>): AsyncGenerator<LineAnswer> {
  for await (const line of createInterface({ input: await response })) yield JSON.parse(line) as LineAnswer;
}

const text = (lines: readonly (object | string)[]) =>
  lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n');

async function send(lines: readonly (object | string)[], sent: Sent = {}): Promise<LineAnswer[]> {
  const { request, response } = begin(sent);
  request.end(text(lines));
  expect((await response).statusCode).toBe(200);
  const answers: LineAnswer[] = [];
  for await (const answer of answersOf(response)) answers.push(answer);
  return answers;
}

async function refused(sent: Sent, body = ''): Promise<ProblemDocument> {
  const { request, response } = begin(sent);
  request.end(body);
  const chunks: Buffer[] = [];
  for await (const chunk of await response) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString()) as ProblemDocument;
}

const single = (key: string, body: object, command = 'trainings', token = tokens.officer) =>
  fetch(`${url}/v1/projects/${project}/${command}`, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}`, 'idempotency-key': key },
  }).then(async (answer) => ({ status: answer.status, body: (await answer.json()) as OutcomeDocument }));

const codes = (answers: readonly LineAnswer[]) =>
  answers.map((one) => ('problem' in one ? `${one.status} ${one.problem.code}` : one.status));
const pointers = (answer: LineAnswer | undefined) =>
  answer && 'problem' in answer ? answer.problem.errors.map(({ pointer, code }) => `${pointer} ${code}`) : [];
const streams = async () => (await it.events()).map(({ stream }) => stream);

// ── Tests ──

describe('the answer', () => {
  test('has a line per line, in order, the same as the command by itself has', async () => {
    const lines = [hold(), hold({ id: '018f3f5e-0000-7000-8000-00000000b010' }), hold()];
    const answers = await send([lines[0]!, '', lines[1]!, '  \r', lines[2]!]);
    expect(answers.map(({ line, key }) => [line, key])).toEqual([
      [1, lines[0]!.key],
      [3, lines[1]!.key],
      [5, lines[2]!.key],
    ]);
    for (const [index, answer] of answers.entries()) {
      const { status, body } = await single(lines[index]!.key, {
        ...held,
        ...('id' in lines[index]! && { id: lines[index].id }),
      });
      const { line: _, key: __, status: ___, ...outcome } = answer as LineAnswer & { status: 'recorded' };
      expect([status, body]).toEqual([201, { ...outcome, code: 'already-recorded' }]);
    }
    expect(codes(await send(lines))).toEqual(Array(3).fill('already-recorded'));
  });

  test('begins before the request has ended', async () => {
    const { request, response } = begin();
    const answers = answersOf(response);
    for (let count = 0; count < 3; count += 1) {
      request.write(`${JSON.stringify(hold())}\n`);
      expect((await answers.next()).value).toMatchObject({ line: count + 1, status: 'recorded' });
    }
    request.end();
    expect((await answers.next()).done).toBe(true);
  });

  test('goes on when the request takes longer than another may take to arrive', async () => {
    const { request, response } = begin();
    const answers = answersOf(response);
    // The second half arrives after the server has twice looked for requests that are late.
    const late = Date.now() + 2_500;
    for (let line = 1; Date.now() < late; line += 1) {
      request.write(`${JSON.stringify(hold())}\n`);
      expect((await answers.next()).value).toMatchObject({ line, status: 'recorded' });
    }
    request.end();
    expect((await answers.next()).done).toBe(true);
  });

  test('says of each line what is wrong, and the others are recorded', async () => {
    const first = hold();
    const answers = await send([
      first,
      '{"key": "x", ',
      '[]',
      { ...first, body: { ...held, title: 'Another' } },
      hold({ body: { ...held, occurredOn: '2022-13', colour: 'red' } }),
      hold({ body: { ...held, occurredOn: '2999' } }),
      hold({ command: 'Nothing' }),
      hold({ command: 'VoidTraining', id: 'x', body: { reason } }),
      hold({ command: 'VoidTraining', body: { reason } }),
      hold({ command: 'VoidTraining', id: otherProject, body: { reason } }),
      { command: 'HoldTraining', body: held },
      hold({ key: 'a\tb' }),
      hold({ colour: 'red' }),
      hold({ ifMatch: '"1"' }),
      hold({ ifMatch: 7 }),
      `{"key":"twice","command":"HoldTraining","body":{"title":"a","title":"b"}}`,
      `{"key":"nul","command":"HoldTraining","body":{"title":"\\u0000"}}`,
      `{"key":"prototype","command":"HoldTraining","body":{"__proto__":{}}}`,
      Buffer.from([0x22, 0xff, 0x22]).toString('latin1'),
      hold(),
    ]);
    expect(codes(answers)).toEqual([
      'recorded',
      'refused bad-json',
      'refused invalid-body',
      'conflict same-key-other-body',
      'refused invalid-body',
      'refused in-the-future',
      'refused invalid-line',
      'refused invalid-line',
      'refused invalid-line',
      'refused unknown-training',
      'refused invalid-line',
      'refused idempotency-key-malformed',
      'refused invalid-line',
      'refused invalid-line',
      'conflict stale-revision',
      'refused invalid-body',
      'refused invalid-body',
      'refused invalid-body',
      'refused invalid-body',
      'recorded',
    ]);
    expect(answers.map(({ line }) => line)).toEqual(answers.map((_, index) => index + 1));
    expect(pointers(answers[4]).sort()).toEqual(['/body/colour unknown-field', '/body/occurredOn is-occurrence']);
    expect(pointers(answers[5])).toEqual(['/body/occurredOn in-the-future']);
    expect([6, 7, 8, 10, 12, 13].map((at) => pointers(answers[at]))).toEqual([
      ['/command unknown-command'],
      ['/id is-id'],
      ['/id missing'],
      ['/key missing'],
      ['/colour unknown-field'],
      ['/ifMatch is-revision'],
    ]);
    expect(pointers(answers[15])).toEqual(['/body/title repeated-name']);
    expect(answers[1]).toMatchObject({ key: null, problem: { detail: expect.stringContaining('column 14') } });
  });

  test('refuses a line that is too long, and the lines after too many', async () => {
    const long = JSON.stringify(hold({ body: { ...held, note: 'x'.repeat(256 * 1024) } }));
    expect(codes(await send([hold(), long, hold()]))).toEqual(['recorded', 'refused too-large', 'recorded']);
    const broken = 'x\n'.repeat(MOST);
    const { request, response } = begin();
    request.end(`${broken}${text([hold(), hold(), hold()])}`);
    const counts: Record<string, number> = {};
    let last: LineAnswer | undefined;
    for await (const answer of answersOf(response)) {
      const code = codes([answer])[0]!;
      counts[code] = (counts[code] ?? 0) + 1;
      last = answer;
    }
    expect(counts).toEqual({ 'refused bad-json': MOST, 'refused too-many-lines': 1 });
    expect(last?.line).toBe(MOST + 1);
  }, 120_000);
});

describe('lines that need one another', () => {
  test('keep their order, however many go on beside them', async () => {
    const lines = Array.from({ length: 30 }, (_, index) => {
      const id = commandId(amal, `made-${index}`);
      return [
        { key: `made-${index}`, command: 'HoldTraining', body: { ...held, title: `Number ${index}` } },
        { key: newKey(), command: 'CorrectTraining', id, ifMatch: 0, body: { ...held, title: 'Restated', reason } },
        { key: newKey(), command: 'VoidTraining', id, ifMatch: 1, body: { reason } },
        { key: newKey(), command: 'VoidTraining', id, body: { reason } },
      ];
    }).flat();
    const answers = await send(lines);
    expect(codes(answers)).toEqual(Array(30).fill(['recorded', 'recorded', 'recorded', 'already-so']).flat());
  });

  test('also where an earlier line makes what a later one only mentions', async () => {
    const lines = Array.from({ length: 40 }, (_, index) => {
      const activity = commandId(amal, `activity-${index}`);
      return [
        {
          key: `activity-${index}`,
          command: 'PlanActivity',
          body: { title: 'Training of trainers', kind: 'training' },
        },
        hold({ body: { ...held, activity } }),
      ];
    }).flat();
    expect(codes(await send(lines, { token: tokens.manager }))).toEqual(Array(80).fill('recorded'));
  });

  test('what holds for the whole project keeps its place among all others', async () => {
    const period = '018f3f5e-0000-7000-8000-00000000b0b1';
    const opened = { period, from: '2022-01-01', to: '2022-12-31', reportType: 'interim' };
    const facts = () => Array.from({ length: 20 }, () => hold());
    const answers = await send(
      [
        { key: newKey(), command: 'OpenPeriod', id: project, body: opened },
        ...facts(),
        { key: newKey(), command: 'ClosePeriod', id: period, body: { answers: [] } },
        ...facts(),
        { key: newKey(), command: 'ReopenPeriod', id: period, body: { reason } },
        ...facts(),
      ],
      { token: tokens.manager },
    );
    const all = (code: string) => Array<string>(20).fill(code);
    expect(codes(answers)).toEqual([
      'recorded',
      ...all('recorded'),
      'recorded',
      ...all('refused reason-missing'),
      'recorded',
      ...all('recorded'),
    ]);
  });
});

describe('each line', () => {
  test('that redacts what is private to no project needs the administrator of all', async () => {
    const ofOne = await it.tokenFor(amal, { [project]: [...allRoles] });
    const body = { name: 'University of Sebha', kind: 'academia', country: 'LY' };
    const registered = { key: newKey(), command: 'RegisterOrganisation', body };
    const made = await send([registered], { to: '/v1/commands', token: ofOne });
    const { id, events } = made[0] as OutcomeDocument & LineAnswer;
    const redact = (token: string) =>
      send(
        [
          {
            key: newKey(),
            command: 'RedactLedgerText',
            id,
            body: { event: events[0]!.id, pointer: '/data/name', reason },
          },
        ],
        {
          ...{ to: '/v1/commands', token },
        },
      );
    expect(codes(await redact(ofOne))).toEqual(['refused role-missing']);
    // What the thing has not is no matter of roles.
    expect(codes(await redact(tokens.administrator))).toEqual(['refused no-text-there']);
  });

  test('needs the role that its own route needs', async () => {
    const correct = { key: newKey(), command: 'CorrectProject', id: project, body: { reason } };
    expect(codes(await send([hold()], { token: tokens.auditor }))).toEqual(['refused role-missing']);
    expect(codes(await send([hold(), { ...correct }], { token: tokens.officer }))).toEqual([
      'recorded',
      'refused invalid-body',
    ]);
    const facts = { reference: 'LY-1', title: 'Renamed', timeZone: 'Africa/Tripoli', currency: 'EUR', reason };
    expect(codes(await send([{ ...correct, body: facts }], { token: tokens.officer }))).toEqual([
      'refused role-missing',
    ]);
    expect(codes(await send([{ ...correct, body: facts }], { token: tokens.manager }))).toEqual(['recorded']);
  });

  test('belongs to the scope of the path', async () => {
    const organisation = { name: 'Network', kind: 'civil-society-network', country: 'LY' };
    const register = () => ({ key: newKey(), command: 'RegisterOrganisation', body: organisation });
    const correct = { key: newKey(), command: 'CorrectProject', id: otherProject, body: { reason } };
    expect((await send([register()]))[0]).toMatchObject({ problem: { code: 'invalid-line' } });
    const [made, wrong, foreign, create] = await send(
      [
        register(),
        hold(),
        { ...correct, body: { ...correct.body, reference: 'X', title: 'X', timeZone: 'UTC', currency: 'EUR' } },
        {
          key: newKey(),
          command: 'CreateProject',
          body: { reference: 'X', title: 'X', timeZone: 'UTC', currency: 'EUR' },
        },
      ],
      { to: '/v1/commands', token: tokens.officer },
    );
    expect(made).toMatchObject({ status: 'recorded' });
    expect(pointers(wrong)).toEqual(['/command wrong-scope']);
    expect(foreign).toMatchObject({ status: 'refused', problem: { code: 'unknown-project' } });
    expect(create).toMatchObject({ status: 'refused', problem: { code: 'role-missing' } });
  });

  test('of a bulk that may not begin is not looked at', async () => {
    expect(await refused({ to: `/v1/projects/${otherProject}/commands` })).toMatchObject({ code: 'unknown-project' });
    expect(await refused({ token: 'nonsense' })).toMatchObject({ code: 'token-invalid' });
    expect(await refused({ headers: { 'content-type': 'application/json' } }, '{}')).toMatchObject({
      code: 'wrong-type',
    });
    expect(await refused({ headers: { 'content-encoding': 'gzip' } }, '{}')).toMatchObject({ code: 'wrong-type' });
    expect(await refused({ to: `${path}?x=1` })).toMatchObject({ code: 'invalid-query' });
    expect((await single(newKey(), held, 'trainings')).status).toBe(201);
    const lines = await refused({ to: `/v1/projects/${project}/trainings` }, JSON.stringify(held));
    expect(lines).toMatchObject({ code: 'wrong-type' });
  });

  test('of more bulks than are taken at once waits for its turn', async () => {
    const under = [begin(), begin()];
    for (const { request } of under) request.write(`${JSON.stringify(hold())}\n`);
    await Promise.all(under.map(({ response }) => response));
    const { request, response } = begin();
    request.end();
    expect([(await response).statusCode, (await response).headers['retry-after']]).toEqual([429, '5']);
    for (const one of under) {
      one.request.end();
      for await (const answer of answersOf(one.response)) expect(answer.status).toBe('recorded');
    }
    expect(codes(await send([hold()]))).toEqual(['recorded']);
  });
});

describe('a cut connection', () => {
  const file = (name: string, count: number) =>
    Array.from({ length: count }, (_, index) => ({
      key: `${name}-${index}`,
      command: 'HoldTraining',
      body: { ...held, title: `${name} ${index}` },
    }));
  const made = (lines: { key: string }[]) => lines.map(({ key }) => `training-${commandId(amal, key)}`);

  /** Nothing of the file is there twice, nor anything else; sent again it is there as a whole, each once. */
  async function sentAgain(lines: ReturnType<typeof file>, whole: number) {
    const expected = made(lines);
    const before = (await streams()).filter((stream) => expected.includes(stream));
    expect(before.every((stream) => expected.indexOf(stream) < whole)).toBe(true);
    expect(new Set(before).size).toBe(before.length);
    const answers = await send(lines);
    // What was under way when it was cut may have been recorded since: it was begun as a whole.
    const known = new Set(before);
    const wrong = answers.filter(
      ({ status }, index) => status !== 'already-recorded' && (status !== 'recorded' || known.has(expected[index]!)),
    );
    expect(wrong).toEqual([]);
    const after = (await streams()).filter((stream) => expected.includes(stream));
    expect(after.sort()).toEqual([...expected].sort());
    return before.length;
  }

  test('in the middle of a line leaves whole lines only', async () => {
    const lines = file('half', 40);
    const { request, response } = begin();
    // What has arrived of the last line is JSON by itself, but for the end that would say that it is all of it.
    const whole = text(lines.slice(0, 20)) + '\n';
    request.write(whole + text(lines.slice(20, 21)));
    const seen: LineAnswer[] = [];
    const reading = (async () => {
      for await (const answer of answersOf(response)) if (seen.push(answer) === 20) request.destroy();
    })();
    await expect(reading).rejects.toThrow('aborted');
    expect(codes(seen)).toEqual(Array(20).fill('recorded'));
    expect(await sentAgain(lines, 20)).toBe(20);
  });

  test('in the middle of the answer loses nothing that was begun, and nothing twice', async () => {
    const lines = file('answer', 400);
    const { request, response } = begin();
    request.end(text(lines));
    const answered = await response;
    await once(answered, 'data');
    answered.destroy();
    const before = await sentAgain(lines, 400);
    expect(before).toBeGreaterThan(0);
  });

  test('of a client that reads nothing holds up its own lines alone', async () => {
    const lines = file('deaf', 2_000);
    const { request, response } = begin();
    request.write(text(lines));
    await response;
    expect(codes(await send([hold()]))).toEqual(['recorded']);
    request.destroy();
    await sentAgain(lines, 2_000);
  });
});

test('tens of thousands of lines leave memory where it was', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  // Of ten lines one is recorded, one was before, and the others are refused; in a long run all are recorded.
  const isLong = process.env.ATTEST_TEST_RUNS !== undefined;
  const lines = isLong ? 50_000 : 20_000;
  const lineAt = (line: number) => {
    const key = `flat-${line % 10 === 1 ? line - 1 : line}`;
    const isRefused = !isLong && line % 10 > 1;
    return { key, command: 'HoldTraining', body: { ...held, ...(isRefused && { occurredOn: '2999', days: -1 }) } };
  };
  // In the program these are another process.
  await it.runner.stop();
  const { request, response } = begin();
  const writing = (async () => {
    for (let line = 0; line < lines; line += 1) {
      if (!request.write(`${JSON.stringify(lineAt(line))}\n`)) await once(request, 'drain');
    }
    request.end();
  })();
  const started = performance.now();
  const heaps: number[] = [];
  const counts: Record<string, number> = {};
  let next = 1;
  for await (const { line, status } of answersOf(response)) {
    expect(line).toBe(next);
    next += 1;
    counts[status] = (counts[status] ?? 0) + 1;
    if (line % 5_000 > 0) continue;
    collect();
    heaps.push(process.memoryUsage().heapUsed / 1024 / 1024);
  }
  await writing;
  const seconds = (performance.now() - started) / 1_000;
  const growth = Math.max(...heaps) - heaps[0]!;
  console.log(
    `${lines} lines (${JSON.stringify(counts)}) in ${seconds.toFixed(1)} s; heap after each 5,000: ${heaps.map((heap) => heap.toFixed(1)).join(' ')} MiB`,
  );
  expect(counts).toEqual(
    isLong
      ? { recorded: 0.9 * lines, 'already-recorded': 0.1 * lines }
      : { recorded: 0.1 * lines, 'already-recorded': 0.1 * lines, refused: 0.8 * lines },
  );
  // The lines and their answers are 8 or 20 MiB.
  expect(growth).toBeLessThan(8);
}, 600_000);
