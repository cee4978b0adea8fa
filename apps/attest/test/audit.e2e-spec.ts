import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { MOST_WAITING } from '#audit/src/events.controller.js';
import type { OutcomeDocument } from '#http';
import { deviation, ids } from '../../../test/support/report-story.js';
import { projectId } from '../../../test/support/world.js';
import { auditApp, codeOf, otherProject, type AuditApp } from './audit-app.js';

/** What auditors ask: the log, histories, figures with their lineage, each as of then. */

interface Told {
  ordinal: number;
  id: string;
  type: string;
  thing: string;
  actor: string;
  sentence: string;
  data: Record<string, { textHash?: string; text?: string }>;
}
interface Page {
  items: Told[];
  next: number;
  more: boolean;
}

const project = `/v1/projects/${projectId}`;
const events = `${project}/events`;
const reason = { code: 'data-quality', text: 'The list says otherwise.' };
const workshop = { kind: 'workshop', title: 'First workshop', activity: ids.lineOne, days: 1, place: 'Tunis' };

let app: AuditApp;
beforeAll(async () => {
  app = await auditApp();
});
afterAll(() => app?.it.close());

const correct = (occurredOn: string) =>
  app.post(`${project}/trainings/${ids.workshop}/correct-training`, { ...workshop, occurredOn, reason });
const log = async (query: string, token?: string) => (await app.get<Page>(`${events}?${query}`, { token })).body;

describe('the log', () => {
  test("is the project's events in order, whole, with texts and a sentence each", async () => {
    const { items, more, next } = await log('limit=500');
    const own = (await app.it.events()).filter(({ scope }) => scope === projectId);
    expect(items.map(({ id }) => id)).toEqual(own.map(({ id }) => id));
    expect([more, next]).toEqual([false, Number(await app.it.store.end())]);
    const completed = items.find(({ type }) => type === 'ActivityCompleted')!;
    expect(completed).toMatchObject({
      category: 'activity',
      thing: ids.lineOne,
      roles: ['officer', 'manager'],
      reason: null,
      data: { deviation: { text: deviation } },
      sentence: 'Activity completed: First workshop, 2021-06-10.',
    });
  });

  test('of the ledger is what is private to no project', async () => {
    const { body } = await app.get<Page>('/v1/events');
    expect([...new Set(body.items.map(({ type }) => type))]).toEqual(['OrganisationRegistered']);
    expect(body.items[0]!.sentence).toBe('Organisation registered: Donor forum.');
  });

  test('is paged by ordinal, each event once, also under a filter', async () => {
    for (const filter of ['', '&category=activity']) {
      const whole = (await log(`limit=500${filter}`)).items;
      const seen: Told[] = [];
      for (let page: Page = { items: [], next: 0, more: true }; page.more;) {
        page = await log(`limit=3&after=${page.next}${filter}`);
        expect(page.items.length).toBeLessThanOrEqual(3);
        seen.push(...page.items);
      }
      expect(seen).toEqual(whole);
    }
  });

  test('is filtered by type, thing, actor, kind of thing, and when it was recorded', async () => {
    const { items } = await log('limit=500');
    const first = items[0]!;
    expect((await log('type=TrainingHeld,HeadcountRecorded')).items).toEqual(
      items.filter(({ type }) => ['TrainingHeld', 'HeadcountRecorded'].includes(type)),
    );
    const ofWorkshop = items.filter(({ thing }) => thing === ids.workshop);
    expect((await log(`thing=${ids.workshop}`)).items).toEqual(ofWorkshop);
    expect(ofWorkshop).toHaveLength(2);
    expect((await log(`thing=${ids.workshop}&type=TrainingHeld`)).items).toEqual(ofWorkshop.slice(0, 1));
    expect((await log(`thing=${otherProject}`)).items).toEqual([]);
    expect((await log(`actor=${first.actor}&limit=500`)).items).toEqual(items);
    expect((await log(`actor=${otherProject}`)).items).toEqual([]);
    expect((await log('category=strand')).items).toEqual(items.filter(({ type }) => type.startsWith('Strand')));
    expect((await log('to=2001-01-01')).items).toEqual([]);
    expect((await log('from=2001-01-01&limit=500')).items).toEqual(items);
    const recorded = (await app.get<{ items: { recordedAt: string }[] }>(`${events}?limit=500`)).body.items;
    const moment = recorded.at(20)!.recordedAt;
    const at = recorded.filter(({ recordedAt }) => recordedAt === moment);
    expect((await app.get<Page>(`${events}?limit=500&from=${moment}&to=${moment}`)).body.items).toEqual(at);
  });

  test('ends where it is asked as of', async () => {
    const { items } = await log('limit=500');
    const cut = items[10]!.ordinal;
    const then = await app.get<Page>(`${events}?limit=500&asOf=${cut}`);
    expect(then.body.items).toEqual(items.filter(({ ordinal }) => ordinal <= cut));
    expect(then.headers.get('attest-as-of')).toBe(String(cut));
    expect((await log('asOf=2001-01-01T00:00:00Z')).items).toEqual([]);
  });

  test.each([
    'type=TrainingHelt',
    'category=trainings',
    'thing=x',
    'actor=X',
    'after=-1',
    'after=999999',
    'asOf=999999',
    'wait=26',
    'from=yesterday',
    'limit=501',
    'asof=1',
    'after=1&after=2',
  ])('refuses %s by name', async (query) => {
    const refused = await app.get<{ errors: { pointer: string }[] }>(`${events}?${query}`);
    expect([refused.status, codeOf(refused)]).toEqual([400, 'invalid-query']);
    expect(refused.body.errors[0]!.pointer).toBe(`?${query.split('=')[0]}`);
  });

  test('is for auditors, managers and administrators; other projects are not there', async () => {
    const status = async (token: string, path = events) => (await app.get(path, { token })).status;
    const { auditor, manager, administrator, officer, reporter, foreign } = app.tokens;
    for (const token of [auditor, manager, administrator]) expect(await status(token)).toBe(200);
    for (const token of [officer, reporter]) expect(await status(token)).toBe(403);
    expect(await status(foreign)).toBe(404);
    expect(await status(officer, '/v1/events')).toBe(403);
    expect(await status(auditor, '/v1/events')).toBe(200);
  });
});

describe('who may do what', () => {
  const why = 'The phone with the token was lost.';
  let inProject: string;
  let inAll: string;
  const everywhere = {} as Record<'auditor' | 'officer', string>;
  let ofProject: string;
  beforeAll(async () => {
    const { administrator } = app.tokens;
    const someone = '018f3f5e-0000-7000-8000-0000000000b1';
    ofProject = await app.it.tokenFor(someone, { [projectId]: ['administrator'] });
    for (const role of ['auditor', 'officer'] as const)
      everywhere[role] = await app.it.tokenFor(someone, { '*': [role] });
    const grant = async (of: string) => {
      const wanted = { actor: 'Amal', roles: ['officer'], project: of, expiresIn: 3_600 };
      const { id } = (await app.post('/v1/tokens', wanted, { token: administrator })).body;
      const body = { reason: { code: 'other', text: why } };
      expect((await app.post(`/v1/tokens/${id}/revoke-access`, body, { token: administrator })).status).toBe(200);
      return id;
    };
    inProject = await grant(projectId);
    inAll = await grant('*');
  });
  const statusOf = async (path: string, token: string) => (await app.get(path, { token })).status;

  test('is in histories for who administers the project, of all projects for who administers all', async () => {
    const { administrator, auditor, manager, officer, reporter } = app.tokens;
    for (const [path, sees, others] of [
      [`${project}/history/${inProject}`, [administrator, ofProject], [auditor, manager, officer, reporter]],
      [`/v1/history/${inAll}`, [administrator], [ofProject, auditor, manager, officer, reporter, everywhere.auditor]],
    ] as const) {
      for (const token of sees) {
        const { status, text } = await app.get(path, { token });
        expect([status, text.includes(why)]).toEqual([200, true]);
      }
      for (const token of others) {
        const { status, text } = await app.get(path, { token });
        expect([status, text.includes(why)]).toEqual([404, false]);
      }
    }
  });

  test('is in the log for auditors and administrators of it', async () => {
    const { administrator, auditor, manager } = app.tokens;
    for (const [path, sees, others] of [
      [events, [administrator, ofProject, auditor, everywhere.auditor], [manager]],
      ['/v1/events', [administrator, everywhere.auditor], [ofProject, auditor, manager]],
    ] as const) {
      for (const token of sees) {
        const { items } = (await app.get<Page>(`${path}?category=grant`, { token })).body;
        expect(items.map(({ type }) => type)).toEqual(['AccessGranted', 'AccessRevoked']);
      }
      for (const token of others) {
        const { body, text } = await app.get<Page>(`${path}?limit=500`, { token });
        expect([body.items.length > 0, text.includes(why), /Access[A-Z]/.test(text)]).toEqual([true, false, false]);
        for (const query of ['category=grant', 'type=AccessRevoked', 'type=TrainingHeld,AccessGranted']) {
          expect(codeOf(await app.get(`${path}?${query}`, { token }))).toBe('role-missing');
        }
        const { items } = (await app.get<Page>(`${path}?thing=${path === events ? inProject : inAll}`, { token })).body;
        expect(items).toEqual([]);
      }
    }
    expect(await statusOf('/v1/events', everywhere.officer)).toBe(403);
  });
});

test('of the event that stopped a register only those are told who have a role in all projects', async () => {
  const fault = { eventId: ids.workshop, ordinal: 7, type: 'TrainingHeld', message: 'no such kind', at: 'noon' };
  const client = new pg.Client(app.it.database);
  await client.connect();
  const set = (to: object | null) =>
    client.query(`update read.projections set fault = $1 where name = 'training-register'`, [to]);
  try {
    await set(fault);
    const told = async (token: string) => {
      const { body } = await app.get<{ items: { name: string; fault: object | null }[] }>('/v1/registers', { token });
      return body.items.find(({ name }) => name === 'training-register')!.fault;
    };
    expect(await told(app.tokens.administrator)).toEqual(fault);
    for (const token of [app.tokens.manager, app.tokens.foreign]) {
      expect(await told(token)).toEqual({ ordinal: 7 });
    }
  } finally {
    await set(null);
    await client.end();
  }
});

describe('a reader who waits', () => {
  test('is answered as soon as there is something new, and not by what the filter leaves out', async () => {
    const { next } = await log('limit=500');
    const waiting = app.get<Page>(`${events}?after=${next}&wait=25&type=TrainingCorrected`);
    const started = performance.now();
    const added = await app.post<OutcomeDocument>(`${project}/dialogues`, { title: 'Rabat Process' });
    expect(added.status).toBe(201);
    const { body } = await correct('2021-06-11');
    const answer = (await waiting).body;
    expect(performance.now() - started).toBeLessThan(20_000);
    expect(answer.items.map(({ id }) => id)).toEqual([body.events[0]!.id]);
    expect(answer.items[0]!.sentence).toBe(
      'Training corrected: First workshop, 2021-06-11 (data quality: “The list says otherwise.”).',
    );
  });

  test('goes on from an empty answer, which says how far it looked', async () => {
    const { next } = await log('limit=500');
    const nothing = await log(`after=${next}&wait=1`);
    expect(nothing).toEqual({ items: [], next, more: false });
    const { body } = await correct('2021-06-12');
    expect((await log(`after=${nothing.next}&wait=25`)).items.map(({ id }) => id)).toEqual([body.events[0]!.id]);
  });

  test('does not wait for what can no longer come', async () => {
    const { next } = await log('limit=500');
    const started = performance.now();
    expect((await log(`after=${next}&asOf=${next}&wait=25`)).items).toEqual([]);
    expect((await log(`after=${next}&to=2022-01-01&wait=25`)).items).toEqual([]);
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  test('is one of so many: the next is told to come later, and all are answered', async () => {
    const { next } = await log('limit=500');
    const leaving = new AbortController();
    const waiting = Array.from({ length: MOST_WAITING + 8 }, () =>
      app.get<Page>(`${events}?after=${next}&wait=25`, { signal: leaving.signal }),
    );
    // Those that are too many are answered at once; the others hear of what comes.
    const first = await Promise.any(
      waiting.map(async (one) => {
        const answer = await one;
        if (answer.status !== 429) throw new Error(`${answer.status}`);
        return answer;
      }),
    );
    expect([codeOf(first), first.headers.get('retry-after')]).toEqual(['too-many-waiting', '1']);
    const { body } = await correct('2021-06-13');
    const statuses = (await Promise.all(waiting)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 200).length).toBeGreaterThanOrEqual(MOST_WAITING);
    expect(statuses.filter((status) => status !== 200 && status !== 429)).toEqual([]);
    expect(body.events).toHaveLength(1);
  }, 60_000);
});

describe('a history', () => {
  interface Change {
    type: string;
    changes: string[];
    reason: { text?: string } | null;
    actor: string;
  }
  test('says what changed in words, in the register and by the id of the thing alone', async () => {
    const ofRegister = (await app.get<{ items: Change[] }>(`${project}/trainings/${ids.workshop}/history`)).body.items;
    const ofThing = (await app.get<{ items: Change[] }>(`${project}/history/${ids.workshop}`)).body.items;
    expect(ofThing.map(({ changes }) => changes)).toEqual(ofRegister.map(({ changes }) => changes));
    expect(ofRegister[0]!.changes).toContain('Activity: First workshop.');
    expect(ofRegister[1]!.changes).toContain('Headcount, by organisation: Ministry, count 12 was added.');
    expect(ofThing.at(-1)).toMatchObject({
      type: 'TrainingCorrected',
      changes: ['Occurred on: 2021-06-12 became 2021-06-13.'],
      reason: { text: reason.text },
      actor: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
  });

  test('is had as of then, of ledger things too, and of nothing that another project has', async () => {
    const { items } = await log(`thing=${ids.workshop}`);
    const then = await app.get<{ items: Change[] }>(`${project}/history/${ids.workshop}?asOf=${items[1]!.ordinal}`);
    expect(then.body.items.map(({ type }) => type)).toEqual(['TrainingHeld', 'HeadcountRecorded']);
    const ledger = await app.get<{ items: Change[] }>(`/v1/history/${ids.ministry}`);
    expect(ledger.body.items[0]!.changes).toContain('Name: Ministry.');
    for (const path of [
      `/v1/history/${ids.workshop}`,
      `${project}/history/${ids.ministry}`,
      `${project}/history/x`,
      `/v1/projects/${otherProject}/history/${ids.workshop}`,
    ]) {
      expect([path, (await app.get(path)).status]).toEqual([path, 404]);
    }
  });
});

describe('a cut by when things took place', () => {
  test('holds for lists, for one thing, and for the projects that a token names', async () => {
    const list = async (query: string) =>
      (await app.get<{ items: { id: string }[] }>(`${project}/trainings?${query}`)).body.items.map(({ id }) => id);
    expect(await list('occurredUntil=2021-05-31')).not.toContain(ids.workshop);
    expect(await list('occurredUntil=2021-06-30')).toContain(ids.workshop);
    const one = `${project}/trainings/${ids.workshop}`;
    const before = await app.get(`${one}?occurredUntil=2021-05-31`);
    expect([before.status, codeOf(before)]).toEqual([404, 'unknown-thing']);
    expect((await app.get(`${one}?occurredUntil=2021-06-30`)).status).toBe(200);
    // Projects have no day on which they took place: none is left out.
    const named = await app.get<{ items: { id: string }[] }>('/v1/projects?occurredUntil=2001-01-01');
    expect(named.body.items.map(({ id }) => id)).toEqual([projectId]);
    const foreign = await app.get<{ items: object[] }>('/v1/projects', { token: app.tokens.foreign });
    expect(foreign.body.items).toEqual([]);
  });

  test('makes a draft of the part of a period that was over by then', async () => {
    const draft = async (query: string) => app.get(`${project}/periods/${ids.firstYear}/draft?format=json&${query}`);
    const heldBy = async (day: string) => {
      const { body } = await draft(`occurredUntil=${day}`);
      const { cut, period } = body as { cut: { occurredTo: string }; period: { to: string } };
      expect([cut.occurredTo, period.to]).toEqual([day, day]);
      return /"figure":"trainings.held","kind":"figure","state":"[a-z-]+",[^}]*/.exec(JSON.stringify(body))?.[0];
    };
    expect(await heldBy('2021-05-31')).not.toBe(await heldBy('2021-12-31'));
    const late = (await draft('occurredUntil=2030-01-01')).body as { cut: { occurredTo: string } };
    expect(late.cut.occurredTo).toBe('2022-03-31');
    const early = await draft('occurredUntil=2021-03-31');
    expect([early.status, codeOf(early)]).toEqual([409, 'not-begun']);
    expect((await draft('occurredUntil=2021-02-30')).status).toBe(400);
  });
});

describe('the lineage of a figure of a submitted report', () => {
  test('is its events, which come to it, and those left out, with the reason', async () => {
    await app.post(`${project}/reports`, { id: ids.firstReport, period: ids.firstYear });
    await app.submitReports();
    const key = `indicator.${ids.participants}.total`;
    const report = `${project}/reports/${ids.firstReport}`;
    const { body: row } = await app.get<{ data: { submission: { figures: Record<string, string | null> } } }>(report);
    const { figures } = row.data.submission;
    const known = Object.keys(figures).find((one) => one.startsWith(`indicator.${ids.participants}.`)) ?? key;
    const { status, body } = await app.get<{
      value: string;
      entries: { eventId: string; value: string; title: string }[];
      leftOut: { reason: string }[];
    }>(`${report}/figures/${known}`);
    expect([status, body.value]).toEqual([200, figures[known]]);
    expect(body.entries.reduce((sum, { value }) => sum + Number(value), 0)).toBe(Number(body.value));
    const log = (await app.it.events()).map(({ id }) => id);
    for (const { eventId } of body.entries) expect(log).toContain(eventId);
    expect(body.leftOut.map(({ reason: one }) => one)).not.toContain('');
    const unknown = await app.get(`${report}/figures/nothing`);
    expect([unknown.status, codeOf(unknown)]).toEqual([404, 'unknown-figure']);
    expect((await app.get(`${report}/figures/${known}`, { token: app.tokens.foreign })).status).toBe(404);
  });
});
