import { describe, expect, test } from '@jest/globals';
import type { ProjectionStanding } from '#event-sourcing';
import type { DatabaseFacts } from '#postgres/src/database-facts.js';
import {
  checkAdminToken,
  checkClock,
  checkDatabase,
  checkDurability,
  checkForecast,
  checkLog,
  checkOrphan,
  checkPassed,
  checkRegisters,
  checkRunning,
  checkSecrets,
  checkSpace,
  checkVersions,
  examine,
  type Facts,
} from '../src/doctor/doctor.js';
import type { Finding } from '#hosting/src/finding.js';

const now = new Date('2026-06-01T12:00:00Z');
const DAY = 86_400_000;
const GIB = 1024 ** 3;
const daysAgo = (days: number) => new Date(now.getTime() - days * DAY);

const standing: ProjectionStanding = {
  name: 'training-register',
  registers: ['training-register'],
  generation: 1,
  version: '1',
  state: 'live',
  isLive: true,
  ordinal: 50_000,
  lag: 0,
  lagSeconds: 0,
  rows: 10,
  fault: null,
};
const database: DatabaseFacts = {
  server: '18.1',
  schema: { run: 3, known: 3 },
  settings: { fsync: 'on', fullPageWrites: 'on', synchronousCommit: 'on' },
  clock: { database: now, ours: now },
  log: { events: 50_000, since: daysAgo(400), latest: daysAgo(0.1), recent: 3_000, ordered: 50_000n },
  boundTo: 'postgres',
  guards: { count: 0, latest: null },
  bytes: 100_000_000,
  projections: [standing],
};
const healthy: Facts = {
  now,
  program: { version: '0.1.0', node: '24.21.0' },
  running: { state: 'yes', url: 'http://127.0.0.1:3000', pid: 7, version: '0.1.0', reasons: [] },
  log: { name: 'postgres' },
  disks: [{ of: 'the data folder', path: '/data', free: 100 * GIB, holdsDatabase: true }],
  secrets: [{ path: '/data/admin.token', mode: 0o600, isFolder: false }],
  adminToken: { file: '/data/admin.token', expires: daysAgo(-300) },
  database,
};
const but = (facts: Partial<Facts>): Facts => ({ ...healthy, ...facts });
const withDatabase = (facts: Partial<DatabaseFacts>): Facts => but({ database: { ...database, ...facts } });
const one = (found: Finding | Finding[]): Finding => {
  const all = [found].flat();
  expect(all).toHaveLength(1);
  return all[0]!;
};

test('of a healthy ledger nothing is wrong, and every finding says so in a sentence', () => {
  const found = examine(healthy);
  expect(found.filter(({ level }) => level !== 'well')).toEqual([]);
  expect(new Set(found.map(({ about }) => about))).toEqual(
    new Set([
      'application',
      'versions',
      'database',
      'durability',
      'registers',
      'guards',
      'clock',
      'secrets',
      'token',
      'disk',
      'forecast',
    ]),
  );
  for (const { says } of found) expect(says).toMatch(/^[A-Z0-9].*\.$/);
});

test('a database that belongs to another log than the settings name, and a log that does not answer, are wrong', () => {
  const kurrent = 'kurrentdb:attest';
  expect(one(checkLog(withDatabase({ boundTo: kurrent })))).toMatchObject({ level: 'wrong', about: 'log' });
  const silent = { ...withDatabase({ boundTo: kurrent }), log: { name: kurrent, fault: 'no answer in time' } };
  expect(one(checkLog(silent)).says).toBe('The log kurrentdb:attest cannot be followed: no answer in time.');
  expect(checkLog({ ...silent, log: { name: kurrent } })).toEqual([]);
});

test('an event that stands on a stream that had moved is to be seen to', () => {
  const latest = { ordinal: 9, eventId: 'e-9', stream: 'project-1', expected: 2, actual: 3 };
  const found = one(checkPassed(withDatabase({ guards: { count: 1, latest } })));
  expect(found).toMatchObject({ level: 'soon', about: 'guards' });
  expect(found.says).toContain(
    'event e-9 (number 9), decided on project-1 at revision 2, recorded when it stood at revision 3',
  );
});

test('what is wrong comes first, and says what to do', () => {
  const found = examine(but({ disks: [{ ...healthy.disks[0]!, free: 1 }], adminToken: { file: '/t' } }));
  const bad = found.filter(({ level }) => level !== 'well');
  expect(found.slice(0, bad.length)).toEqual(bad);
  expect(found[0]!.level).toBe('wrong');
  for (const { todo } of bad) expect(todo).toMatch(/\w{3,}/);
});

test('a database that cannot be looked at is one finding, and the rest is looked at', () => {
  const found = examine(but({ database: { fault: 'connect ECONNREFUSED 127.0.0.1:5432' } }));
  expect(found.filter(({ level }) => level === 'wrong').map(({ about }) => about)).toEqual(['database']);
  expect(found[0]!.says).toContain('ECONNREFUSED');
  expect(found.map(({ about }) => about)).toEqual(expect.arrayContaining(['disk', 'secrets', 'token']));
  expect(checkDatabase(healthy)).toMatchObject({ level: 'well' });
});

describe('the application', () => {
  test.each([
    [{ state: 'no' } as const, 'well', 'does not run'],
    [{ state: 'silent', holder: 'process 9 since noon' } as const, 'wrong', 'process 9 since noon holds'],
    [
      { state: 'yes', url: 'u', pid: 1, reasons: ['The worker is not running; it ended 3 times.'] } as const,
      'wrong',
      'worker',
    ],
    [{ state: 'yes', url: 'u', pid: 1, version: '0.0.9', reasons: [] } as const, 'soon', '0.0.9'],
  ])('%j', (running, level, says) => {
    const found = one(checkRunning(but({ running: running as Facts['running'] })));
    expect(found).toMatchObject({ level });
    expect(found.says).toContain(says);
  });
});

describe('versions', () => {
  test.each([
    [{ schema: { run: 4, known: 3 } }, 'wrong', 'up to 3'],
    [{ schema: { run: 2, known: 3 } }, 'soon', 'brings schema 3'],
    [{ server: '16.2' }, 'wrong', 'PostgreSQL 16.2'],
    [{ server: '19beta1' }, 'well', '19beta1'],
  ])('%j', (facts, level, says) => {
    const found = one(checkVersions(withDatabase(facts)));
    expect(found).toMatchObject({ level });
    expect(found.says).toContain(says);
  });
});

test.each([
  [{ fsync: 'off', fullPageWrites: 'on', synchronousCommit: 'on' }, 'fsync off'],
  [{ fsync: 'on', fullPageWrites: 'off', synchronousCommit: 'off' }, 'full_page_writes, synchronous_commit off'],
])('settings that lose data are wrong: %j', (settings, says) => {
  const found = one(checkDurability(withDatabase({ settings })));
  expect(found.level).toBe('wrong');
  expect(found.says).toContain(says);
});

describe('registers', () => {
  const fault = {
    eventId: 'e-1',
    ordinal: 12,
    type: 'TrainingHeld',
    message: 'no such kind',
    at: '2026-05-31T00:00:00Z',
  };
  test('one that stopped names its event and why', () => {
    const projections = [standing, { ...standing, name: 'work-plan', state: 'stopped' as const, fault }];
    const found = one(checkRegisters(withDatabase({ projections })));
    expect(found.level).toBe('wrong');
    expect(found.says).toBe(
      'work-plan stopped before event e-1 (number 12, TrainingHeld) at 2026-05-31T00:00:00Z: no such kind',
    );
    expect(found.todo).toMatch(/goes on from that event by itself/);
  });
  test('one that is late is seen to soon while Attest runs; while it does not, nothing moves anyway', () => {
    const facts = withDatabase({ projections: [{ ...standing, lag: 500, lagSeconds: 31 }] });
    expect(one(checkRegisters(facts))).toMatchObject({
      level: 'soon',
      says: 'training-register is 500 events and 31 s behind the log.',
    });
    expect(checkRegisters({ ...facts, running: { state: 'no' } })).toEqual([]);
    expect(one(checkRegisters(withDatabase({ projections: [{ ...standing, lag: 500, lagSeconds: 29 }] }))).level).toBe(
      'well',
    );
  });
});

test('a PostgreSQL that was left behind is told of', () => {
  expect(one(checkOrphan(but({ orphan: { pid: 77 } })))).toMatchObject({
    level: 'soon',
    says: expect.stringContaining('process 77'),
  });
  expect(checkOrphan(healthy)).toEqual([]);
});

describe('the clock', () => {
  const clock = (database: number, ours: number, latest: number) =>
    withDatabase({
      clock: { database: new Date(now.getTime() + database), ours: new Date(now.getTime() + ours) },
      log: { ...(healthy.database as DatabaseFacts).log, latest: new Date(now.getTime() + latest) },
    });
  test.each([
    ['agrees', 0, 0, -1, 'well', ''],
    ['of the database is behind the log', 0, 0, 3 * 3_600_000, 'wrong', '3 hours behind the newest event'],
    ['of this machine is another', 0, 60_000, -1, 'soon', '60 s apart'],
    ['is not astray for a moment that passes', 0, 4_000, 4_000, 'well', ''],
  ] as const)('%s', (_, database, ours, latest, level, says) => {
    const found = one(checkClock(clock(database, ours, latest)));
    expect(found.level).toBe(level);
    expect(found.says).toContain(says);
  });
  test('an empty log has no newest event', () => {
    const log = { events: 0, recent: 0, ordered: 0n };
    expect(one(checkClock(withDatabase({ log }))).level).toBe('well');
  });
});

describe('secrets', () => {
  test.each([0o640, 0o604, 0o644, 0o750])('that others may use are wrong: %o', (mode) => {
    const found = one(checkSecrets(but({ secrets: [{ path: '/data/secrets/key.pem', mode, isFolder: false }] })));
    expect(found).toMatchObject({ level: 'wrong', todo: expect.stringContaining('attest doctor --mend') });
    expect(found.says).toContain(`/data/secrets/key.pem (${mode.toString(8)})`);
  });
  test.each([
    [daysAgo(-15), 'well'],
    [daysAgo(-13), 'soon'],
    [daysAgo(1), 'soon'],
    [undefined, 'soon'],
  ])("the administrator's token that holds until %s", (expires, level) => {
    expect(one(checkAdminToken(but({ adminToken: { file: '/t', expires } })))).toMatchObject({ level });
  });
});

describe('space', () => {
  test.each([
    [3 * GIB, 'well'],
    [GIB, 'soon'],
    [GIB / 4, 'wrong'],
  ])('%i bytes that are free', (free, level) => {
    expect(one(checkSpace(but({ disks: [{ of: 'the data folder', path: '/data', free }] })))).toMatchObject({ level });
  });

  const growing = (log: Partial<DatabaseFacts['log']>, free: number) => ({
    ...withDatabase({ log: { ...database.log, ...log } }),
    disks: [{ of: 'the data folder', path: '/data', free, holdsDatabase: true }],
  });
  test('is forecast from bytes per event and events per day of the last 30 days', () => {
    // 100 MB for 50,000 events are 2,000 bytes each; 3,000 in 30 days are 100 a day: 200,000 bytes a day.
    expect(one(checkForecast(growing({}, 200_000 * 365)))).toEqual({
      about: 'forecast',
      level: 'well',
      says: 'The database holds 50,000 events in 95.4 MiB, 2000 bytes each with their registers; 100 a day of late: at this rate the disk is full in 365 days.',
    });
    expect(one(checkForecast(growing({}, 200_000 * 179)))).toMatchObject({ level: 'soon' });
    expect(one(checkForecast(growing({}, 200_000 * 29)))).toMatchObject({ level: 'wrong' });
    expect(one(checkForecast(growing({}, 200_000 * 365 * 20))).says).toContain('in more than ten years');
  });
  test('of a log younger than 30 days goes by the days that it has', () => {
    const found = one(checkForecast(growing({ since: daysAgo(10), recent: 50_000 }, 2_000 * 5_000 * 40)));
    expect(found.says).toContain('5,000 a day of late: at this rate the disk is full in 40 days');
  });
  test.each([
    [{ events: 999 }],
    [{ recent: 0 }],
    [{ since: daysAgo(6) }],
    [{ events: 0, since: undefined, recent: 0 }],
  ])('is not forecast from next to nothing: %j', (log) => {
    expect(one(checkForecast(growing(log, 1)))).toMatchObject({
      level: 'well',
      says: expect.stringContaining('too little, or too new'),
    });
  });
  test("of a server of one's own says what is not known", () => {
    const found = one(checkForecast({ ...growing({}, 1), disks: [{ of: 'the data folder', path: '/data', free: 1 }] }));
    expect(found).toMatchObject({
      level: 'well',
      says: expect.stringContaining('195 KiB a day. Its disk cannot be seen from here.'),
    });
  });
});
