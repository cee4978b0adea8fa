import { StoreUnavailable, type Event } from '#event-sourcing';
import { KnownGrants } from './known-grants.js';

const HOUR = 3_600_000;
const noon = Date.parse('2026-03-01T12:00:00.000Z');
const actor = 'a1';
let now: number;
let grants: KnownGrants;
beforeEach(() => {
  now = noon;
  grants = new KnownGrants(() => new Date(now));
  grants.complete();
});

const event = (thing: string, revision: number, type: string, data: object, at = now) =>
  ({
    id: `${thing}/${revision}`,
    thing,
    revision,
    type,
    data,
    scope: 's',
    recordedAt: new Date(at).toISOString(),
  }) as Event;
const hours = 4;
const granted = (thing: string) =>
  event(thing, 0, 'AccessGranted', { actor, project: '*', roles: ['officer'], expiresIn: hours * 3600 });
/** As a token that was made of it says; the seconds are whole here. */
const grant = (thing: string) => {
  grants.apply([granted(thing)]);
  const expires = now + hours * HOUR;
  return () => grants.standing(thing, expires);
};

test('nothing is known before the log was read', () => {
  const early = new KnownGrants(() => new Date());
  early.apply([granted('g1')]);
  expect(() => early.standing('g1', Infinity)).toThrow(StoreUnavailable);
  expect(() => early.find('g1')).toThrow(StoreUnavailable);
});

test('a token holds while its grant is known, not revoked and not over', () => {
  const standing = grant('g1');
  expect([standing(), grants.standing('g2', Infinity)]).toEqual(['held', 'unknown']);
  now += hours * HOUR - 1;
  expect(standing()).toBe('held');
  now += 1;
  expect(standing()).toBe('expired');
});

test('a revocation counts at once, and what was read again changes nothing', () => {
  const standing = grant('g1');
  grants.apply([event('g1', 1, 'AccessRevoked', { revokes: 'g1/0' })]);
  expect(standing()).toBe('revoked');
  grants.apply([granted('g1')]);
  expect(standing()).toBe('revoked');
});

describe('a clock that steps', () => {
  test('back does not revive what was over, also where nobody asked then', () => {
    const [asked, other] = [grant('g1'), grant('g2')];
    now += 5 * HOUR;
    expect(asked()).toBe('expired');
    now -= 3 * HOUR;
    expect([asked(), other()]).toEqual(['expired', 'expired']);
  });

  test('back does not revive what was over by the log itself, after a restart', () => {
    const expires = now + hours * HOUR;
    grants.apply([granted('g1')]);
    now += 5 * HOUR;
    const later = granted('g2');
    const restarted = new KnownGrants(() => new Date(noon));
    restarted.apply([event('g1', 0, 'AccessGranted', granted('g1').data as object, noon), later]);
    restarted.complete();
    expect(restarted.standing('g1', expires)).toBe('expired');
  });

  test('back does not shorten the life of what still holds', () => {
    const standing = grant('g1');
    now -= 3 * HOUR;
    expect(standing()).toBe('held');
  });

  test('ahead for a while costs only those whose life would have ended by then', () => {
    const short = grant('g1');
    now += 2 * HOUR;
    const long = grant('g2');
    now += 3 * HOUR;
    expect([short(), long()]).toEqual(['expired', 'held']);
    now -= 3 * HOUR;
    expect([short(), long()]).toEqual(['expired', 'held']);
  });

  test('ahead and back again leaves those that come afterwards their full life', () => {
    const before = grant('g1');
    now += 48 * HOUR;
    grant('g2');
    expect(before()).toBe('expired');
    now -= 48 * HOUR;
    const after = grant('g3');
    now += hours * HOUR - 1;
    expect(after()).toBe('held');
    now += 1;
    expect(after()).toBe('expired');
  });
});

test('what issuers say of somebody is found by the actor', () => {
  const said = { actor, project: 'p1', roles: ['officer'], issuer: 'https://i' };
  grants.apply([granted('g1'), event('g2', 0, 'AccessAsserted', said)]);
  expect(grants.assertedOf(actor)).toMatchObject([{ id: 'g2', isRevoked: false, access: { project: 'p1' } }]);
  expect(grants.assertedOf('a2')).toEqual([]);
});
