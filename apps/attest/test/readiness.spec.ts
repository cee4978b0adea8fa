import { describe, expect, test } from '@jest/globals';
import { tmpdir } from 'node:os';
import type { ProjectionStanding } from '#event-sourcing';
import { checkDisk, isFull } from '#hosting/src/finding.js';
import { AttestReadiness, type Foundations } from '#hosting/src/readiness.js';

const standing: ProjectionStanding = {
  ...{ name: 'training-register', registers: ['training-register'], generation: 1, version: '1', state: 'live' },
  ...{ isLive: true, ordinal: 1, lag: 0, lagSeconds: 0, rows: 1, fault: null },
};
const none = { brokenGuards: () => Promise.resolve({ count: 0, latest: null }) };
const fine: Foundations = {
  projections: { status: () => Promise.resolve([standing]), ...none },
  worker: { fault: () => undefined },
  disks: [{ of: 'the data folder', path: tmpdir() }],
};
const look = (but: Partial<Foundations>, mayTellData = true) =>
  new AttestReadiness({ ...fine, ...but }, 500).look(mayTellData);
const of = (...standings: ProjectionStanding[]) => ({
  projections: { status: () => Promise.resolve(standings), ...none },
});

describe('not ready is what keeps it from recording or answering', () => {
  test('nothing of the kind', async () => expect(await look({})).toEqual({ reasons: [], warnings: [] }));
  test.each([
    ['a database that is away', ': too many clients', () => Promise.reject(new Error('too many clients'))],
    ['a database that says nothing: in time', '', () => new Promise<never>(() => undefined)],
  ])('%s', async (_, why, status) => {
    const since = performance.now();
    expect((await look({ projections: { status, ...none } })).reasons).toEqual([`The database does not answer${why}.`]);
    expect(performance.now() - since).toBeLessThan(3_000);
  });
  test('no worker', async () => {
    const fault = 'The worker is not running; it ended 2 times.';
    expect((await look({ worker: { fault: () => fault } })).reasons).toEqual([fault]);
  });
  test('everything at once, each in its words', async () => {
    const all = {
      projections: { status: () => Promise.reject(new Error('ECONNREFUSED')), ...none },
      worker: { fault: () => 'W' },
    };
    expect((await look({ ...all, disks: [{ of: 'the database', path: '/nowhere' }] })).reasons).toEqual([
      'The database does not answer: ECONNREFUSED.',
      'W',
      'The disk of the database (/nowhere) does not answer.',
    ]);
  });
  test('a disk is full before PostgreSQL finds it so', () => {
    const disk = (free: number) => ({ of: 'the data folder', path: '/data', free });
    expect([isFull(disk(31 * 1024 ** 2)), isFull(disk(33 * 1024 ** 2))]).toEqual([true, false]);
    expect(checkDisk(disk(33 * 1024 ** 2)).level).toBe('wrong');
  });
});

describe('a warning, while everything else goes on, is', () => {
  test('an event that was recorded though a stream it stood on had moved', async () => {
    const latest = { ordinal: 7, eventId: 'e-7', stream: 'project-1', expected: -1, actual: 3 };
    const projections = { ...fine.projections, brokenGuards: () => Promise.resolve({ count: 2, latest }) };
    const told = '2 events were recorded though a stream that they stood on had moved; the last: event';
    expect((await look({ projections })).warnings).toEqual([
      `${told} e-7 (number 7), decided on project-1 at its beginning, recorded when it stood at revision 3.`,
    ]);
    expect((await look({ projections }, false)).warnings).toEqual([`${told} number 7.`]);
  });
  test('a register that stopped, with its event and why', async () => {
    const fault = { eventId: 'e-1', ordinal: 12, type: 'TrainingHeld', message: 'no such kind', at: 'noon' };
    expect(await look(of({ ...standing, state: 'stopped', fault }))).toEqual({
      reasons: [],
      warnings: ['training-register stopped before event e-1 (number 12, TrainingHeld) at noon: no such kind'],
    });
    // The event is some project's: who has no role in all of them is told where, and nothing of it.
    expect(await look(of({ ...standing, state: 'stopped', fault }), false)).toEqual({
      reasons: [],
      warnings: ['training-register stopped before event number 12.'],
    });
  });
  test('one whose lag grows', async () => {
    const { reasons, warnings } = await look(of({ ...standing, lag: 40, lagSeconds: 31.4 }));
    expect([reasons, warnings]).toEqual([[], ['training-register is 40 events and 31 s behind the log.']]);
  });
  test.each([
    [false, 'Kafka is away; publishing waits after event number 7: connect ECONNREFUSED'],
    [true, 'Publishing stopped after event number 7: connect ECONNREFUSED'],
  ])('publishing that is in trouble; it stopped: %s', async (isStopped, told) => {
    const trouble = { reason: 'connect ECONNREFUSED', isStopped };
    expect(await look({ published: () => ({ published: 7, end: 9, trouble }) })).toEqual({
      reasons: [],
      warnings: [told],
    });
    expect((await look({ published: () => ({ published: 9, end: 9 }) })).warnings).toEqual([]);
    expect((await look({ published: () => undefined })).warnings).toEqual([]);
  });
  test('not one that is being filled for the first time, however far it is', async () => {
    expect(await look(of({ ...standing, state: 'filling', isLive: false, lag: 40, lagSeconds: 900 }))).toEqual({
      reasons: [],
      warnings: [],
    });
  });
});
