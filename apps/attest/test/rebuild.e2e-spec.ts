import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { ProjectionStanding } from '#event-sourcing';
import type { OutcomeDocument } from '#http';
import { projectId } from '../../../examples/libmitaf/src/ids.js';
import { toldApp, type ToldApp } from './told-app.js';

/** Registers that are filled anew, and one that stops, while people record and read. */

/** Of LIBMITAF: participants under result 2.1.2. */
const participants = 'b2af6587-578f-5285-bfbd-541d9175671b';

let told: ToldApp;
beforeAll(async () => {
  told = await toldApp();
}, 180_000);
afterAll(() => told?.close());

const project = `/v1/projects/${projectId}`;
let keys = 0;

/** Records a training with so many participants; answers as soon as it is acknowledged. */
async function recordTraining(participants: number): Promise<OutcomeDocument> {
  const post = async (path: string, body: object) => {
    const response = await fetch(told.attest.url + path, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: {
        'content-type': 'application/json',
        'idempotency-key': `rebuild-${(keys += 1)}`,
        authorization: `Bearer ${told.connection.tokens.officer}`,
      },
    });
    expect([response.status, await response.clone().text()]).toEqual([expect.any(Number), expect.any(String)]);
    expect(response.ok).toBe(true);
    return (await response.json()) as OutcomeDocument;
  };
  const { id } = await post(`${project}/trainings`, { title: `T${keys}`, kind: 'workshop' });
  return post(`${project}/trainings/${id}/record-headcount`, { total: participants, method: 'list' });
}

const registers = async () => ((await told.get('/v1/registers')).body as { items: ProjectionStanding[] }).items;

test('a rebuild changes no answer, before, during or after it, and holds nobody up', async () => {
  const { position } = told;
  const firstTraining = (await told.get(`${project}/trainings?limit=1&asOf=${position}`, position)).body as {
    items: { id: string }[];
  };
  const { id } = firstTraining.items[0]!;
  const past = [
    `${project}/trainings?asOf=${position}&limit=500`,
    `${project}/trainings/${id}?asOf=${position}`,
    `${project}/trainings/${id}/history?asOf=${position}`,
    `${project}/activities?asOf=${Math.round(Number(position) / 2)}&limit=500`,
    `${project}/indicators?asOf=${position}`,
    `${project}/indicators/${participants}/figure?asOf=${position}`,
    `${project}/indicators/${participants}/figure?from=2022-04-01&to=2023-03-31&asOf=${Math.round(Number(position) / 2)}`,
  ];
  const before = new Map<string, unknown>();
  for (const path of past) before.set(path, (await told.get(path)).body);

  let isOver = false;
  let reads = 0;
  const reading = async (path: string) => {
    for (; !isOver; reads++) expect(await told.get(path)).toEqual({ status: 200, body: before.get(path) });
  };
  const recording = async () => {
    for (let total = 1; !isOver; total++) {
      const recorded = await recordTraining(total);
      // What was recorded is read at once, of whichever generation.
      const answer = await told.get(`${project}/trainings/${recorded.id}`, recorded.position);
      expect(answer).toMatchObject({ status: 200, body: { data: { headcount: { total } } } });
      const figure = await told.get(`${project}/indicators/${participants}/figure`, recorded.position);
      expect(figure.status).toBe(200);
    }
  };
  const rebuilding = async () => {
    const generations = new Set<number>();
    for (const name of ['training-register', 'facts', 'activity-register', 'indicator-ledger', 'training-register']) {
      // Twice at once is once.
      const [one, two] = await Promise.all([told.run('rebuild', name, '--json'), told.run('rebuild', name, '--json')]);
      expect([one.code, two.code, one.err, two.err]).toEqual([0, 0, one.err, two.err]);
      const [first, second] = [one, two].map(({ out }) => JSON.parse(out) as ProjectionStanding);
      expect(first).toMatchObject({ state: 'live', isLive: true, fault: null });
      expect(first!.registers).toContain(name === 'indicator-ledger' ? 'facts' : name);
      expect(second!.generation - first!.generation).toBeLessThan(2);
      generations.add(first!.generation);
    }
    expect(generations.size).toBe(5);
    isOver = true;
  };
  const failing = (work: Promise<void>) => work.finally(() => (isOver = true));
  await Promise.all([rebuilding(), recording(), recording(), ...past.map(reading)].map(failing));
  expect(reads).toBeGreaterThan(100);
  for (const path of past) expect((await told.get(path)).body).toEqual(before.get(path));
  const replayed = await told.run('replay');
  expect([replayed.code, replayed.out]).toEqual([0, expect.stringMatching(/\nIdentical: /)]);
}, 180_000);

test('says what goes together, and what there is not', async () => {
  const { code, err } = await told.run('rebuild', 'indicator-register');
  expect([code, err]).toEqual([0, expect.stringContaining('It goes together with facts')]);
  const unknown = await told.run('rebuild', 'no-such-register');
  expect([unknown.code, unknown.err]).toEqual([2, expect.stringContaining('There is no register no-such-register')]);
  const listed = await told.run('registers');
  expect([listed.code, listed.out]).toEqual([0, expect.stringMatching(/indicator-ledger +live /)]);
  const response = await fetch(`${told.attest.url}/v1/registers/facts/rebuild`, {
    method: 'POST',
    headers: { authorization: `Bearer ${told.connection.tokens.manager}` },
  });
  expect(response.status).toBe(403);
}, 60_000);

test('a register that refuses an event stops there and says so; everything else goes on', async () => {
  // No command makes such an event: what was never created is corrected.
  const stream = 'project-018f3f5e-0000-7000-8000-00000000dead';
  const { rows } = await told.owner.query<{ position: string; id: string }>(
    `insert into events select (select max(position) + 1 from events), gen_random_uuid(), $1, 0, 'ContractAmended', 1,
       right($1, 36), recorded_at, '{}', meta, salt from events where position = 1 returning position, id`,
    [stream],
  );
  const { position, id } = rows[0]!;
  const recorded = await recordTraining(5);
  const others = await told.get(`${project}/trainings/${recorded.id}`, recorded.position);
  expect(others.status).toBe(200);
  expect((await told.get(`${project}/indicators/${participants}/figure`, recorded.position)).status).toBe(200);

  const since = performance.now();
  const stopped = await told.get(project, recorded.position);
  expect(stopped).toMatchObject({ status: 503, body: { code: 'register-stopped' } });
  expect((stopped.body as { detail: string }).detail).toContain(
    `project-register stopped before event ${position}, and answers nothing later`,
  );
  expect(performance.now() - since).toBeLessThan(2_000);
  // What it read before stands, now and as of then.
  expect((await told.get(project)).status).toBe(200);
  expect((await told.get(`${project}?asOf=${told.position}`)).status).toBe(200);
  expect((await told.get(`${project}?asOf=${recorded.position}`)).status).toBe(503);

  const standing = (await registers()).find(({ name }) => name === 'project-register');
  expect(standing).toMatchObject({
    state: 'stopped',
    isLive: true,
    ordinal: Number(position) - 1,
    fault: { ordinal: Number(position) },
  });
  // The whole of it is for those who have a role in all projects.
  const headers = { authorization: `Bearer ${told.administrator}` };
  const whole = (await (await fetch(`${told.attest.url}/v1/registers`, { headers })).json()) as {
    items: ProjectionStanding[];
  };
  expect(whole.items.find(({ name }) => name === 'project-register')?.fault).toMatchObject({
    ...{ eventId: id, ordinal: Number(position), type: 'ContractAmended' },
  });
  const listed = await told.run('registers');
  expect([listed.code, listed.out]).toEqual([3, expect.stringContaining(`project-register stopped before event`)]);
  const rebuilt = await told.run('rebuild', 'project-register');
  expect([rebuilt.code, rebuilt.out]).toEqual([3, expect.stringContaining('project-register stopped before event')]);
}, 60_000);
