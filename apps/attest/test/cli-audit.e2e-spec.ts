import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Command } from 'commander';
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer, type Server as HttpServer, type ServerResponse } from 'node:http';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ids } from '../../../test/support/report-story.js';
import { projectId } from '../../../test/support/world.js';
import { addAuditCommands } from '../src/cli/audit.js';
import { addReplayCommands } from '../src/cli/replay.js';
import { addTokenCommands } from '../src/cli/token.js';
import { Refused } from '../src/cli/client.js';
import { compiledMain } from '#hosting/src/program.js';
import { WrongSetting } from '#hosting/src/settings/settings.js';
import { terminal } from '../src/cli/terminal.js';
import type { OutcomeDocument } from '#http';
import { auditApp, otherProject, type AuditApp } from './audit-app.js';

/** The commands of auditors: as words, and as JSON. */

let app: AuditApp;
let folder: string;
let tokenFile: string;
beforeAll(async () => {
  app = await auditApp();
  folder = mkdtempSync(join(tmpdir(), 'attest-audit-'));
  tokenFile = join(folder, 'token');
  writeFileSync(tokenFile, app.tokens.auditor);
});
afterAll(async () => {
  await app?.it.close();
  rmSync(folder, { recursive: true, force: true });
});

/** What a command says; throws what it throws. */
const attest = (...argv: string[]) => attestAt(app.url, ...argv);
async function attestAt(url: string, ...argv: string[]): Promise<string> {
  let said = '';
  const program = new Command('attest').exitOverride();
  const io = terminal({ write: (text) => (said += text) }, { write: () => undefined });
  for (const add of [addAuditCommands, addReplayCommands, addTokenCommands]) add(program, io);
  for (const command of program.commands) command.exitOverride().configureOutput({ writeErr: () => undefined });
  const server = ['--url', url, ...(argv.includes('--token-file') ? [] : ['--token-file', tokenFile])];
  const given = [...argv, ...server];
  await program.parseAsync(given, { from: 'user' });
  return said;
}
const lines = (said: string) => said.trimEnd().split('\n');
const reason = { code: 'data-quality', text: 'The list says otherwise.' };
const correct = async (occurredOn: string) => {
  const answer = await app.post(`/v1/projects/${projectId}/trainings/${ids.workshop}/correct-training`, {
    ...{ kind: 'workshop', title: 'First workshop', activity: ids.lineOne, days: 1, place: 'Tunis', occurredOn },
    reason,
  });
  await app.reads.waitFor(await app.it.store.end(), 20_000);
  return answer;
};

describe('attest lineage', () => {
  test('draws what a figure comes to, and what was left out, by the name of its indicator', async () => {
    const [title, cut, ...tree] = lines(await attest('lineage', '# of participants', '--to', '2022-03-31'));
    expect(title).toBe('# of participants: 40 number');
    expect(cut).toMatch(/^sum \(definition 1\), up to 2022-03-31, as known at event \d+$/);
    expect(tree[0]).toBe('├─ 20  2021-06-10  First workshop');
    expect(tree[1]).toMatch(
      /^│ {6}HeadcountRecorded, event \d+ \([0-9a-f-]{36}\), recorded \d{4}-\d\d-\d\dT[\d:]{8}Z$/,
    );
    expect(tree[2]).toBe('└─ 20  2021-06-10  First workshop');
    expect(tree[4]).toBe('Left out: 1');
    expect(tree[5]).toBe('└─ 5  2022  Some day (not placed)');
  });

  test('is the same as JSON, by id, by a part of the name, by the reference of the project, and as of then', async () => {
    const json = async (...argv: string[]) =>
      JSON.parse(await attest('lineage', ...argv, '--json')) as { value: string | null; indicator: string };
    const of = await json(ids.participants, '--project', 'X/2021');
    expect(of).toMatchObject({ indicator: ids.participants, value: '45' });
    expect(await json('participants', '--project', projectId)).toEqual(of);
    expect((await json('participants', '--as-of', '12')).value).toBeNull();
  });

  test('takes a figure of a submitted report', async () => {
    await app.post(`/v1/projects/${projectId}/reports`, { id: ids.firstReport, period: ids.firstYear });
    await app.submitReports();
    const [title, , ...tree] = lines(await attest('lineage', `${ids.firstReport}/trainings.held`));
    expect(title).toMatch(/: 3$/);
    expect(tree.join('\n')).toMatch(/^├─ 2021-06-10 {2}First workshop\n│ {2}HeadcountRecorded, event \d+/);
    const frozen = attest('lineage', `${ids.firstReport}/trainings.held`, '--to', '2022-03-31');
    await expect(frozen).rejects.toThrow('A submitted report has its own window and cut');
  });

  test('says what there is where a name is nobody or several', async () => {
    await expect(attest('lineage', 'nothing')).rejects.toThrow(/^No indicator is called nothing:\n {2}\S+ {2}# of/);
    await expect(attest('lineage', '# of')).rejects.toThrow(/^Several are called like # of:/);
    await expect(attest('lineage', '#', '--project', 'Y')).rejects.toThrow(/^There is no project Y:\n.*X\/2021/);
    await expect(attest('lineage', 'nothing')).rejects.toBeInstanceOf(WrongSetting);
    await expect(attest('lineage', ids.workshop)).rejects.toBeInstanceOf(Refused);
  });
});

describe('attest history', () => {
  test('says who changed a thing, what, when and why', async () => {
    await correct('2021-06-11');
    const said = lines(await attest('history', ids.workshop));
    expect(said[0]).toMatch(/^ {2,}\d+ {2}\d{4}-\d\d-\d\dT[\d:]{8}Z {2}TrainingHeld {2}by [0-9a-f-]{36}$/);
    expect(said.slice(-2)).toEqual([
      '          Occurred on: 2021-06-10 became 2021-06-11.',
      '          Why: data quality: The list says otherwise.',
    ]);
  });

  test('of things that are private to no project too, as JSON, and as of then', async () => {
    const json = async (...argv: string[]) =>
      (JSON.parse(await attest('history', ...argv, '--json')) as { items: { type: string; ordinal: number }[] }).items;
    expect((await json(ids.ministry)).map(({ type }) => type)).toEqual(['OrganisationRegistered']);
    const all = await json(ids.workshop);
    expect(await json(ids.workshop, '--as-of', String(all[1]!.ordinal))).toEqual(all.slice(0, 2));
    const nothing = projectId.replace('1', '2');
    await expect(attest('history', nothing)).rejects.toThrow(
      `nothing with the id ${nothing} in what the token may see`,
    );
    await expect(attest('history', 'x')).rejects.toThrow(
      new WrongSetting('x is no id of a thing: a UUID in lower case.'),
    );
  });
});

test('what is asked wrongly is told by the name of its flag', async () => {
  await expect(attest('events', '--since', 'yesterday')).rejects.toThrow(/^--since takes a day/);
  await expect(attest('events', '--until', 'now')).rejects.toThrow(/^--until takes a day/);
  await expect(attest('lineage', '# of participants', '--to', '2023-02-31')).rejects.toThrow(/^--to takes a day/);
  await expect(attest('history', ids.workshop, '--as-of', 'then')).rejects.toThrow(/^--as-of takes an ordinal/);
  const administrator = join(folder, 'administrator');
  writeFileSync(administrator, app.tokens.administrator);
  const replay = attestAt(app.url, 'replay', '--to', 'nonsense', '--token-file', administrator);
  await expect(replay).rejects.toThrow(/^--to takes an ordinal/);
});

describe('what does not answer as Attest does', () => {
  let server: HttpServer;
  let url: string;
  let answers: ((response: ServerResponse) => void)[];
  beforeEach(async () => {
    server = createHttpServer((_, response) => (answers.shift() ?? answers[0] ?? html(502))(response));
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    answers = [];
  });
  afterEach(() => void server.close());
  const html = (status: number) => (response: ServerResponse) =>
    void response.writeHead(status, { 'content-type': 'text/html' }).end('<html>');

  test('a proxy in its place is named with its status', async () => {
    const asked = attestAt(url, 'events', '--project', 'ledger');
    await expect(asked).rejects.toThrow(`${url} does not answer as Attest does: 502 Bad Gateway`);
    answers = [html(200)];
    await expect(attestAt(url, 'events', '--project', 'ledger')).rejects.toThrow('as Attest does: 200 OK');
  });

  test('where nothing listens the address and the reason are named', async () => {
    await new Promise((done) => server.close(done));
    await expect(attestAt(url, 'events')).rejects.toThrow(`${url} cannot be reached (ECONNREFUSED)`);
  });
});

describe('attest events', () => {
  test('lists what was recorded, filtered, a line of JSON each', async () => {
    const said = lines(await attest('events', '--thing', ids.workshop));
    expect(said[0]).toMatch(/^ {2,}\d+ {2}\S+Z {2}Training held: First workshop, 2021-06-10\.$/);
    expect(said[1]).toContain(`training ${ids.workshop}, revision 0, by `);
    const json = async (...argv: string[]) =>
      (await attest('events', ...argv, '--json'))
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as { type: string; ordinal: number });
    const held = await json('--type', 'TrainingHeld', 'TrainingVoided');
    expect(held.map(({ type }) => type)).toEqual(Array(4).fill('TrainingHeld'));
    expect(await json('--type', 'TrainingHeld', '--since', String(held[1]!.ordinal))).toEqual(held.slice(2));
    expect(await json('--type', 'TrainingHeld', '--until', '2020-01-01')).toEqual([]);
    expect((await json('--project', 'ledger'))[0]!.type).toBe('OrganisationRegistered');
  });

  test('--follow goes on after the server was away, and ends on Ctrl-C with 0', async () => {
    const gate = new Gate(Number(new URL(app.url).port));
    const port = await gate.open();
    const flags = ['--url', `http://127.0.0.1:${port}`, '--token-file', tokenFile];
    const argv = [compiledMain(), 'events', '--follow', '--json', '--type', 'TrainingCorrected', ...flags];
    const follower = new Follower(spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'pipe'] }));
    await gate.used();
    const first = await correct('2021-06-12');
    await follower.until(() => follower.out.length === 1);
    await gate.shut();
    const meanwhile = await correct('2021-06-13');
    await follower.until(() => follower.beside.includes('it is asked again until it answers'));
    await gate.open(port);
    await follower.until(() => follower.out.length === 2);
    const last = await correct('2021-06-14');
    await follower.until(() => follower.out.length === 3);
    expect(follower.out.map(({ id }) => id)).toEqual([first, meanwhile, last].map(({ body }) => body.events[0]!.id));
    expect(await follower.end('SIGINT')).toBe(0);
    await gate.shut();
  }, 60_000);
});

test('an administrator is told the names of those who have a token, in histories and in the log', async () => {
  const { body } = await app.post<{ actor: string; token: string }>(
    '/v1/tokens',
    { actor: 'Amal, field office', roles: ['officer'], project: projectId, expiresIn: 3_600 },
    { token: app.tokens.administrator },
  );
  const { body: note } = await app.post<OutcomeDocument>(
    `/v1/projects/${projectId}/trainings`,
    { kind: 'training', title: 'By Amal', occurredOn: '2022-05' },
    { token: body.token },
  );
  const both = join(folder, 'both');
  writeFileSync(both, await app.it.tokenFor(ids.ministry, { '*': ['administrator', 'auditor'] }));
  await app.reads.waitFor(await app.it.store.end(), 20_000);
  expect(await attest('history', note.id, '--token-file', both)).toContain('by Amal, field office\n');
  expect(await attest('events', '--thing', note.id, '--token-file', both)).toContain('by Amal, field office (officer)');
  // Others have the id.
  expect(await attest('history', note.id)).toContain(`by ${body.actor}\n`);
});

test('a token is made for a project by its reference', async () => {
  const administrator = join(folder, 'of-administrator');
  writeFileSync(administrator, app.tokens.administrator);
  const of = ['--actor', 'B', '--role', 'officer', '--token-file', administrator, '--json'];
  const create = (project: string) => attest('token', 'create', '--project', project, ...of);
  await create('X/2021');
  await expect(create('X/2020')).rejects.toThrow(/^There is no project X\/2020:\n.*X\/2021/);
});

test('a thing is looked for in every project that the token sees', async () => {
  const { administrator } = app.tokens;
  const second = { reference: 'Z/2021', title: 'Second', timeZone: 'UTC', start: '2021', currency: 'EUR' };
  await app.post('/v1/projects', { id: otherProject, ...second }, { token: administrator });
  const { body } = await app.post<OutcomeDocument>(
    `/v1/projects/${otherProject}/trainings`,
    { kind: 'training', title: 'Elsewhere', occurredOn: '2022-05' },
    { token: app.tokens.foreign },
  );
  const everywhere = join(folder, 'everywhere');
  writeFileSync(everywhere, await app.it.tokenFor(ids.ministry, { '*': ['auditor'] }));
  await app.reads.waitFor(await app.it.store.end(), 20_000);
  const history = (...argv: string[]) => attest('history', ...argv, '--token-file', everywhere);
  expect(await history(body.id)).toContain('TrainingHeld');
  expect(await history(ids.workshop)).toContain('TrainingHeld');
  expect(await history(ids.ministry)).toContain('OrganisationRegistered');
  await expect(history(body.id, '--project', 'X/2021')).rejects.toThrow('in the project X/2021');
});

/** A door before the application: shut, everybody is cut off, and nobody answers. */
class Gate {
  #server: Server | undefined;
  readonly #sockets = new Set<Socket>();
  readonly #used = Promise.withResolvers<void>();

  constructor(private readonly to: number) {}

  /** Until a request that waits for events has gone through. */
  used(): Promise<void> {
    return this.#used.promise;
  }

  async open(port = 0): Promise<number> {
    this.#server = createServer((socket) => {
      const inside = connect(this.to, '127.0.0.1');
      socket.on('data', (chunk) => chunk.includes('wait=') && this.#used.resolve());
      for (const one of [socket, inside]) {
        this.#sockets.add(one);
        one.on('error', () => undefined);
        one.once('close', () => (this.#sockets.delete(one), socket.destroy(), inside.destroy()));
      }
      socket.pipe(inside).pipe(socket);
    });
    await new Promise<void>((done) => this.#server!.listen(port, '127.0.0.1', done));
    return (this.#server.address() as AddressInfo).port;
  }

  async shut(): Promise<void> {
    const closed = new Promise((done) => this.#server?.close(done));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }
}

class Follower {
  readonly out: { id: string }[] = [];
  beside = '';
  #rest = '';
  #woken = Promise.withResolvers<void>();
  readonly #ended: Promise<number | string | null>;

  constructor(private readonly child: ChildProcess) {
    this.#ended = new Promise((done) => child.once('exit', (code, signal) => done(signal ?? code)));
    child.stderr!.on('data', (chunk: Buffer) => this.#wake((this.beside += chunk.toString())));
    child.stdout!.on('data', (chunk: Buffer) => {
      const parts = (this.#rest + chunk.toString()).split('\n');
      this.#rest = parts.pop()!;
      this.out.push(...parts.map((line) => JSON.parse(line) as { id: string }));
      this.#wake();
    });
  }

  #wake(_?: unknown): void {
    this.#woken.resolve();
    this.#woken = Promise.withResolvers();
  }

  async until(condition: () => boolean): Promise<void> {
    const ended = this.#ended.then((code) => Promise.reject(new Error(`it ended with ${code}: ${this.beside}`)));
    while (!condition())
      await Promise.race([
        this.#woken.promise,
        ended,
        delay(20_000, undefined, { ref: false }).then(() => this.#late()),
      ]);
    ended.catch(() => undefined);
  }

  #late(): never {
    throw new Error(`it did not come true in time: ${this.beside}`);
  }

  end(signal: NodeJS.Signals): Promise<number | string | null> {
    this.child.kill(signal);
    return this.#ended;
  }
}
