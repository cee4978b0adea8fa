import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { inflateRawSync } from 'node:zlib';
import pg from 'pg';
import { eventHash, type StoredEvent } from '#event-sourcing';
import { deviation, ids } from '../../../test/support/report-story.js';
import { projectId } from '../../../test/support/world.js';
import { auditApp, codeOf, type AuditApp } from './audit-app.js';

/** A text that was redacted is nowhere any more, and everything else is as it was. */

const why = 'The minutes of Mr Y came after the report.';
const project = `/v1/projects/${projectId}`;
const formats = ['html', 'docx', 'json'] as const;
const reason = { code: 'other', text: 'They name persons.' } as const;

let app: AuditApp;
beforeAll(async () => {
  app = await auditApp();
});
afterAll(() => app?.it.close());

/** Everything that is printed: both reports as they were submitted, and a draft of each period. */
async function printed(): Promise<Map<string, string>> {
  const paths = [
    ...[ids.firstReport, ids.secondReport].map((id) => `${project}/reports/${id}/document`),
    ...[ids.firstYear, ids.secondYear].map((id) => `${project}/periods/${id}/draft`),
  ];
  const files = new Map<string, string>();
  for (const path of paths) {
    for (const format of formats) {
      const { status, text, bytes } = await app.get(`${path}?format=${format}`);
      expect([path, format, status]).toEqual([path, format, 200]);
      files.set(`${path}?format=${format}`, format === 'docx' ? unzipped(bytes) : text);
    }
  }
  return files;
}

/** Every GET route of the documentation, with every id that it may be asked for: those of its list, else all. */
async function everyAnswer(): Promise<Map<string, string>> {
  const { body } = await app.get<{ paths: Record<string, { get?: object }> }>('/openapi.json');
  const streams = (await app.it.events()).map(({ stream }) => stream.slice(-36));
  const all = [...new Set([...streams, ids.firstYear, ids.secondYear])];
  const ask = async (path: string) => {
    const { status, text } = await app.get(path, { token: app.tokens.administrator });
    expect([path, status < 500]).toEqual([path, true]);
    answers.set(path, text);
    return text;
  };
  const answers = new Map<string, string>();
  const routes = Object.entries(body.paths).flatMap(([route, { get }]) =>
    get && route.startsWith('/v1') && !/registers|replays|document|draft/.test(route) ? [route] : [],
  );
  const filled = (route: string) => route.replace('{project}', projectId).replace('{figure}', 'trainings.held');
  const known = new Map<string, string[]>();
  for (const route of routes.filter((one) => !one.includes('{id}'))) {
    const { items } = JSON.parse(await ask(`${filled(route)}?limit=500`)) as { items?: { id: string }[] };
    // What is no list (an overview) has nothing of its own to be asked for.
    if (items)
      known.set(
        route,
        items.map(({ id }) => id),
      );
  }
  for (const route of routes.filter((one) => one.includes('{id}'))) {
    for (const id of known.get(route.split('/{id}', 1)[0]!) ?? all) await ask(filled(route).replace('{id}', id));
  }
  return answers;
}

function unzipped(zip: Buffer): string {
  let text = '';
  let at = zip.readUInt32LE(zip.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1')) + 16);
  while (zip.readUInt32LE(at) === 0x02014b50) {
    const [name, extra, comment] = [28, 30, 32].map((offset) => zip.readUInt16LE(at + offset)) as [
      number,
      number,
      number,
    ];
    const local = zip.readUInt32LE(at + 42);
    const from = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    const bytes = zip.subarray(from, from + zip.readUInt32LE(at + 20));
    text += (zip.readUInt16LE(at + 10) === 8 ? inflateRawSync(bytes) : bytes).toString('utf8');
    at += 46 + name + extra + comment;
  }
  return text;
}

/** All rows of all tables, as text. */
async function database(): Promise<string> {
  const client = new pg.Client(app.it.database);
  await client.connect();
  const { rows: tables } = await client.query<{ name: string }>(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname in ('public', 'read')`,
  );
  let text = '';
  for (const { name } of tables) {
    const { rows } = await client.query<{ row: string }>(`select t::text as row from ${name} t`);
    text += rows.map(({ row }) => row).join('\n');
  }
  await client.end();
  return text;
}

const hashes = (events: readonly StoredEvent[]) => events.map((event) => eventHash(event.salt, event).toString('hex'));
const figures = async () =>
  Promise.all(
    [ids.participants, ids.meetings, ids.attended].map(
      async (id) => (await app.get(`${project}/indicators/${id}/figure?asOf=${before}`)).text,
    ),
  );
let before = 0;
const holding = (files: Map<string, string>, text: string) =>
  [...files].filter(([, content]) => content.includes(text)).map(([path]) => path);

test('a redacted text is gone from everywhere, and every hash, root and figure is as it was', async () => {
  const report = (id: string, period: string) => app.post(`${project}/reports`, { id, period });
  expect((await report(ids.firstReport, ids.firstYear)).status).toBe(201);
  await app.submitReports();
  const met = { purpose: 'coordination', kind: 'meeting', organisations: [ids.ministry], occurredOn: '2021-04-10' };
  const late = { ...met, id: ids.lateMeeting, reason: { code: 'recorded-late', text: why } };
  const { body: meeting } = await app.post(`${project}/meetings`, late);
  expect((await report(ids.secondReport, ids.secondYear)).status).toBe(201);
  await app.submitReports();

  // Before: both texts are printed, told and kept.
  const events = await app.it.events();
  before = events.length;
  const [files, answers] = [await printed(), await everyAnswer()];
  const json = (from: Map<string, string>) =>
    [...from].filter(([path]) => path.endsWith('reports/') || path.includes('json'));
  expect(holding(files, deviation).length).toBeGreaterThanOrEqual(4);
  expect(holding(files, why).length).toBeGreaterThanOrEqual(2);
  for (const text of [deviation, why]) {
    expect(holding(answers, text).length).toBeGreaterThanOrEqual(3);
    expect(await database()).toContain(text);
  }
  const kept = { root: await app.reads.rootAt(before), hashes: hashes(events), figures: await figures() };
  const seen = await app.get(`${project}/activities/${ids.lineOne}`);
  const etag = seen.headers.get('etag')!;
  const unchanged = await app.get(`${project}/activities/${ids.lineOne}`, { headers: { 'if-none-match': etag } });
  expect(unchanged.status).toBe(304);

  // The log says where the texts are.
  const log = await app.get<{ items: { id: string; type: string }[] }>(`${project}/events?thing=${ids.lineOne}`);
  const completed = log.body.items.find(({ type }) => type === 'ActivityCompleted')!;
  const redact = (thing: string, event: string, pointer: string) =>
    app.post(`${project}/redactions/${thing}/redact-text`, { event, pointer, reason });
  const first = await redact(ids.lineOne, completed.id, '/data/deviation');
  expect([first.status, first.body.events]).toMatchObject([200, [{ type: 'TextRedacted' }]]);
  expect((await redact(ids.lateMeeting, meeting.events[0]!.id, '/meta/reason')).status).toBe(200);
  expect((await redact(ids.lineOne, completed.id, '/data/deviation')).body.code).toBe('already-so');

  // Whoever has seen it is told that it is gone.
  const again = await app.get(`${project}/activities/${ids.lineOne}`, { headers: { 'if-none-match': etag } });
  expect([again.status, again.headers.get('etag')]).toEqual([200, etag]);
  expect(again.text).toContain('"redacted":true');

  const after = { files: await printed(), answers: await everyAnswer() };
  for (const text of [deviation, why]) {
    expect(holding(after.files, text)).toEqual([]);
    expect(holding(after.answers, text)).toEqual([]);
    expect(await database()).not.toContain(text);
  }
  for (const path of [...after.files.keys()].filter((one) => one.includes('report') && /html|docx/.test(one))) {
    expect([path, after.files.get(path)!.includes('redacted')]).toEqual([path, true]);
  }

  // All else is as it was.
  const now = await app.it.events();
  expect(hashes(now.slice(0, before))).toEqual(kept.hashes);
  expect(now.slice(before).map(({ type }) => type)).toEqual(['TextRedacted', 'TextRedacted']);
  expect(await app.reads.rootAt(before)).toEqual(kept.root);
  expect(await figures()).toEqual(kept.figures);
  const submitted = (all: Map<string, string>) => json(all).filter(([path]) => path.includes('/reports/'));
  expect(submitted(after.files)).toHaveLength(2);
  expect(submitted(after.files)).toEqual(submitted(files));
}, 120_000);

test('who did it, and why, is in the history of the thing, in the log and in the list of what was redacted', async () => {
  const history = await app.get<{ items: { type: string; changes: string[]; reason: object }[] }>(
    `${project}/history/${ids.lineOne}`,
  );
  expect(history.body.items.at(-1)).toMatchObject({
    type: 'TextRedacted',
    reason: { code: 'other', text: reason.text },
    registers: ['redaction-register'],
  });
  const list = await app.get<{ items: { id: string; data: { texts: object[] } }[] }>(`${project}/redactions`);
  expect(list.body.items.map(({ id }) => id).sort()).toEqual([ids.lineOne, ids.lateMeeting].sort());
  const log = await app.get<{ items: { sentence: string }[] }>(`${project}/events?type=TextRedacted`);
  expect(log.body.items[0]!.sentence).toMatch(
    /^Text redacted: First workshop, the [a-z ]+ of event [0-9a-f-]{36} \(other: “They name persons\.”\)\.$/,
  );
});

test('a reason of a redaction can be redacted as well', async () => {
  const { body } = await app.get<{ items: { id: string }[] }>(`${project}/events?type=TextRedacted`);
  const [first] = body.items;
  const of = { event: first!.id, pointer: '/meta/reason', reason: { code: 'other', text: 'So does this.' } };
  expect((await app.post(`${project}/redactions/${ids.lineOne}/redact-text`, of)).status).toBe(200);
  const log = await app.get<{ items: { reason: object }[] }>(`${project}/events?type=TextRedacted`);
  expect(log.body.items.map(({ reason: one }) => one)).toMatchObject([
    { redacted: true },
    { text: reason.text },
    { text: 'So does this.' },
  ]);
});

test('it takes a manager of the project, and a text that there is', async () => {
  const path = `${project}/redactions/${ids.lineOne}/redact-text`;
  const log = await app.get<{ items: { id: string }[] }>(`${project}/events?thing=${ids.lineOne}&type=ActivityPlanned`);
  const of = { event: log.body.items[0]!.id, pointer: '/data/title', reason };
  const count = (await app.it.events()).length;
  for (const role of ['officer', 'auditor', 'reporter'] as const) {
    const refused = await app.post(path, of, { token: app.tokens[role] });
    expect([role, refused.status, codeOf(refused)]).toEqual([role, 403, 'role-missing']);
  }
  expect((await app.post(path, of, { token: app.tokens.foreign })).status).toBe(404);
  expect(codeOf(await app.post(path, of))).toBe('no-text-there');
  expect((await app.post(path, { ...of, reason: undefined })).status).toBe(400);
  expect((await app.post(path, { ...of, pointer: 'note' })).status).toBe(400);
  const elsewhere = await app.post(`/v1/redactions/${ids.lineOne}/redact-ledger-text`, of, {
    token: app.tokens.administrator,
  });
  expect([elsewhere.status, codeOf(elsewhere)]).toEqual([404, 'unknown-thing']);
  expect((await app.it.events()).length).toBe(count);
});
