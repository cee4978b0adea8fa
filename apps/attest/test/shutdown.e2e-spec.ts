import { randomUUID } from 'node:crypto';
import { Agent, request as httpRequest } from 'node:http';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Stand } from '../../../test/faults/stand.js';

/** What is under way when Attest is told to end: every request gets its answer, and nothing acknowledged is lost. */

const clients = 48;
const project = randomUUID();

let folder: string;
let stand: Stand;
const agent = new Agent({ keepAlive: true, maxSockets: clients });
beforeEach(() => {
  folder = mkdtempSync(join(process.env.ATTEST_TEST_FOLDER ?? tmpdir(), 'shutdown-'));
  chmodSync(folder, 0o755);
  stand = new Stand('embedded', folder);
});
afterEach(async () => {
  await stand.stop();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});
afterAll(() => agent.destroy());

interface Answer {
  status: number;
  retryAfter: string | undefined;
  body: { code?: string; events?: { id: string }[] };
}
interface Sent {
  key: string;
  body: object;
  /** When it was written to its connection; undefined while there is none. */
  at?: number;
  answer?: Answer;
}

test.each(['SIGTERM', 'Ctrl-C'] as const)(
  '%s: every command under way is answered, and what was is there',
  async (by) => {
    await stand.start();
    const { token } = await stand.credentials('officer', ['administrator', 'manager', 'officer'], '*');
    const facts = { reference: 'END', title: 'A project', timeZone: 'UTC', currency: 'EUR' };
    const first = await send('/v1/projects', token, { key: 'project', body: { id: project, ...facts } });
    expect(first.status).toBe(201);

    const path = `/v1/projects/${project}/trainings`;
    const all: Sent[] = [];
    const enough = Promise.withResolvers<void>();
    let answered = 0;
    const working = Array.from({ length: clients }, async (_, client) => {
      for (let n = 0; ; n += 1) {
        const body = { kind: 'training', title: `Training ${client}.${n}`, occurredOn: '2022-05', note: 'A note.' };
        const sent: Sent = { key: `${client}.${n}`, body };
        all.push(sent);
        try {
          sent.answer = await send(path, token, sent);
        } catch {
          return; // it listens no more
        }
        answered += 1;
        if (answered === 10 * clients) enough.resolve();
        if (sent.answer.status !== 201) return;
      }
    });
    await enough.promise;
    const told = performance.now();
    const ended = stand.attest.end(by);
    await Promise.all(working);
    expect(await ended).toEqual([0, null]);

    // Some milliseconds before: what is written at the same moment may find a connection that is just being closed.
    const underWay = all.filter(({ at }) => at !== undefined && at < told - 5);
    expect(underWay.filter(({ answer }) => answer === undefined)).toEqual([]);
    for (const { answer } of all) {
      if (!answer || answer.status === 201) continue;
      expect(answer).toMatchObject({ status: 503, retryAfter: expect.stringMatching(/^\d+$/) });
    }
    const recorded = all.filter(({ answer }) => answer?.status === 201);
    expect(recorded.length).toBeGreaterThanOrEqual(10 * clients);

    stand.attest.start();
    await Promise.all(
      recorded.map(async ({ key, body, answer }) => {
        const again = await send(path, token, { key, body });
        expect(again.body).toEqual({ ...answer!.body, code: 'already-recorded' });
      }),
    );
  },
  90_000,
);

async function send(path: string, token: string, sent: Sent): Promise<Answer> {
  const url = await stand.attest.url();
  return new Promise((resolve, reject) => {
    const headers = {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'idempotency-key': sent.key,
    };
    const request = httpRequest(url + path, { method: 'POST', agent, headers }, (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.on('error', reject);
      response.on('end', () => {
        const body = JSON.parse(text) as Answer['body'];
        resolve({ status: response.statusCode!, retryAfter: response.headers['retry-after'], body });
      });
    });
    request.on('error', reject);
    request.once('finish', () => (sent.at = performance.now()));
    request.end(JSON.stringify(sent.body));
  });
}
