import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * The application, its worker and PostgreSQL are killed (kill -9) while clients record. What was acknowledged must be in
 * the log exactly once after the next start; what was not may be sent again, and is then recorded once.
 */
const clients = 12;
const acknowledgedBeforeKill = 150;
const perClient = 60;

interface Sent {
  key: string;
  body: object;
  answer?: { id: string; events: { id: string }[]; position: string };
}

let folder: string;
let child: ChildProcess | undefined;
beforeAll(() => {
  folder = mkdtempSync(join(process.env.ATTEST_TEST_FOLDER ?? tmpdir(), 'attest-kill-'));
});
afterAll(async () => {
  if (child && child.exitCode === null && child.signalCode === null) await killEverything(child);
  rmSync(folder, { recursive: true, force: true });
});

test('what was acknowledged survives a kill of everything, once; nothing refused is there', async () => {
  let attest = await start();
  const project = randomUUID();
  const administrator = readFileSync(join(folder, 'data', 'admin.token'), 'utf8').trim();
  const officer = await tokenFor(attest.url, administrator, project);
  await post(attest.url, administrator, '/v1/projects', 'project', {
    id: project,
    reference: 'KILL',
    title: 'A project under fire',
    timeZone: 'UTC',
    start: '2022-01',
    currency: 'EUR',
  });
  const path = `/v1/projects/${project}/trainings`;
  const work: Sent[][] = Array.from({ length: clients }, (_, client) =>
    Array.from({ length: perClient }, (_, n) => ({
      key: `client ${client} training ${n}`,
      body: { kind: 'training', title: `Training ${client}.${n}`, occurredOn: '2022-05', note: `Note ${client}.${n}` },
    })),
  );

  const acknowledged = Promise.withResolvers<void>();
  let count = 0;
  const running = work.map(async (mine) => {
    for (const sent of mine) {
      // A broken connection ends this client, as it would a person's: the answer is unknown.
      const answer = await post(attest.url, officer, path, sent.key, sent.body).catch((fault: unknown) => {
        if (count < acknowledgedBeforeKill) acknowledged.reject(fault);
      });
      if (!answer) return;
      sent.answer = answer;
      count += 1;
      if (count === acknowledgedBeforeKill) acknowledged.resolve();
    }
  });
  await acknowledged.promise;
  await killEverything(attest.process);
  await Promise.all(running);
  const before = work.flat().filter((sent) => sent.answer);
  expect(before.length).toBeGreaterThanOrEqual(acknowledgedBeforeKill);
  expect(before.length).toBeLessThan(clients * perClient);

  attest = await start();
  const refused = await post(attest.url, officer, path, 'refused', {
    kind: 'training',
    title: 'Never',
    occurredOn: '2999-01-01',
  }).catch((fault: Error) => fault.message);
  expect(refused).toContain('in-the-future');
  let last = 0n;
  for (const sent of work.flat()) {
    const again = await post(attest.url, officer, path, sent.key, sent.body);
    // The first answer again, event for event.
    if (sent.answer) expect({ ...again, code: '' }).toEqual({ ...sent.answer, code: '' });
    sent.answer = again;
    if (BigInt(again.position) > last) last = BigInt(again.position);
  }
  const rows = await list(attest.url, officer, path, last);
  expect(rows.map((row) => row.data.title).sort()).toEqual(
    work
      .flat()
      .map((sent) => (sent.body as { title: string }).title)
      .sort(),
  );
  expect(new Set(rows.map((row) => row.eventId))).toEqual(
    new Set(work.flat().map((sent) => sent.answer?.events[0]?.id)),
  );
  // One event each and one for the project: positions are the ledger's ordinals, and none is missing.
  expect(rows.map((row) => row.fromOrdinal).sort((a, b) => a - b)).toEqual(rows.map((_, index) => index + 2));
  const ended = once(attest.process, 'exit');
  attest.process.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
}, 120_000);

// ── Starting and killing ──

async function start(): Promise<{ url: string; process: ChildProcess }> {
  const started = spawn(
    process.execPath,
    ['dist/apps/attest/src/main.js', 'start', '--data', join(folder, 'data'), '--port', '0'],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env.PATH, LOG_LEVEL: 'warn' },
    },
  );
  let said = '';
  const url = new Promise<string>((resolve, reject) => {
    const read = (chunk: Buffer) => {
      said += chunk.toString();
      const found = /answers at (http:\S+)/.exec(said);
      if (found) resolve(found[1] as string);
    };
    started.stdout?.on('data', read);
    started.stderr?.on('data', read);
    started.once('exit', (code) => reject(new Error(`it ended with ${code}: ${said}`)));
  });
  child = started;
  return { url: await url, process: started };
}

/** The application first, so that it cannot mend anything; then its worker and PostgreSQL, all at once. */
async function killEverything(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  const postmaster = Number(readFileSync(await postmasterFile(), 'utf8').split('\n')[0]);
  const families = [...descendants(child.pid as number), ...descendants(postmaster), postmaster];
  child.kill('SIGKILL');
  for (const pid of new Set(families)) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended by itself meanwhile.
    }
  }
  await ended;
}

async function postmasterFile(): Promise<string> {
  try {
    return join(readFileSync(join(folder, 'data', 'postgres-is-in.txt'), 'utf8').trim(), 'postmaster.pid');
  } catch {
    return join(folder, 'data', 'postgres', 'postmaster.pid');
  }
}

function descendants(pid: number): number[] {
  let children: number[];
  try {
    children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
  return children.flatMap((child) => [child, ...descendants(child)]);
}

// ── HTTP ──

/** The administrator's own token only gives tokens. */
async function tokenFor(url: string, administrator: string, project: string): Promise<string> {
  const body = { actor: 'officer', roles: ['officer'], project, expiresIn: 3_600 };
  const response = await fetch(`${url}/v1/tokens`, {
    method: 'POST',
    headers: { authorization: `Bearer ${administrator}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return ((await response.json()) as { token: string }).token;
}

async function post(url: string, token: string, path: string, key: string, body: object) {
  const response = await fetch(url + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'idempotency-key': key },
    body: JSON.stringify(body),
  });
  const answer = (await response.json()) as NonNullable<Sent['answer']>;
  if (!response.ok) throw new Error(JSON.stringify(answer));
  return answer;
}

interface Item {
  eventId: string;
  fromOrdinal: number;
  data: { title: string };
}

async function list(url: string, token: string, path: string, position: bigint): Promise<Item[]> {
  const items: Item[] = [];
  for (let after: string | null = ''; after !== null;) {
    const response: Response = await fetch(`${url}${path}?limit=500${after && `&after=${after}`}`, {
      headers: { authorization: `Bearer ${token}`, 'attest-min-position': String(position) },
    });
    const page = (await response.json()) as { items: Item[]; next: string | null };
    items.push(...page.items);
    after = page.next;
  }
  return items;
}
