import { rows } from '../../event-sourcing/src/given-when-then.js';
import { accessRegister, heldBetween, type AccessRow } from './grant-register.js';

const access = { actor: 'a1', project: 'p1', roles: ['officer'] };
const at = (recordedAt: string, type: string, data: object) => ({ type, data, recordedAt });
const granted = at('2026-03-01T08:00:00.700Z', 'AccessGranted', { ...access, expiresIn: 10 * 86_400 });
const asserted = (day: string, roles: string[]) =>
  at(`${day}T08:00:00.000Z`, 'AccessAsserted', { ...access, roles, issuer: 'https://i' });
const revoked = (day: string) => at(`${day}T08:00:00.000Z`, 'AccessRevoked', { revokes: 'e1' });
const restored = (day: string) => at(`${day}T08:00:00.000Z`, 'AccessRestored', { restores: 'e1' });

const rowAfter = async (...events: ReturnType<typeof at>[]) => (await rows(accessRegister, ...events))[0] as AccessRow;
const onDay = (row: AccessRow, day: string) => heldBetween(row, `${day}T00:00:00.000Z`, `${day}T24:00:00.000Z`);

test('a token holds from when it was recorded until it expires', async () => {
  const row = await rowAfter(granted);
  expect(row).toMatchObject({ status: 'held', expiresAt: '2026-03-11T08:00:00.000Z', project: 'p1' });
  const days = ['2026-02-28', '2026-03-01', '2026-03-11', '2026-03-12'];
  expect(days.map((day) => onDay(row, day))).toEqual([[], ['officer'], ['officer'], []]);
  expect(accessRegister.validity?.(row)).toEqual({ from: '2026-03-01', to: '2026-03-11' });
});

test('or until it is revoked', async () => {
  const row = await rowAfter(granted, revoked('2026-03-05'));
  expect(row).toMatchObject({ status: 'revoked', revokedAt: '2026-03-05T08:00:00.000Z' });
  expect([onDay(row, '2026-03-05'), onDay(row, '2026-03-06')]).toEqual([['officer'], []]);
});

test('revoking what has expired changes nothing of what was', async () => {
  const row = await rowAfter(granted, revoked('2026-04-01'));
  expect(row.spans).toEqual([expect.objectContaining({ to: '2026-03-11T08:00:00.000Z' })]);
});

test('a revocation by a clock that stepped back ends it where it began', async () => {
  const row = await rowAfter(granted, revoked('2026-02-01'));
  expect(row.spans).toEqual([expect.objectContaining({ from: granted.recordedAt, to: granted.recordedAt })]);
});

test('what an issuer says holds until it says otherwise, is blocked, and is restored', async () => {
  const row = await rowAfter(
    asserted('2026-03-01', ['officer']),
    asserted('2026-03-03', ['manager', 'officer']),
    asserted('2026-03-05', []),
    asserted('2026-03-07', ['officer']),
    revoked('2026-03-09'),
    restored('2026-03-11'),
  );
  const held = Object.fromEntries(
    [2, 3, 4, 6, 8, 10, 12].map((day) => [day, onDay(row, `2026-03-${String(day).padStart(2, '0')}`)]),
  );
  expect(held).toEqual({
    2: ['officer'],
    3: ['officer', 'manager'],
    4: ['manager', 'officer'],
    6: [],
    8: ['officer'],
    10: [],
    12: ['officer'],
  });
  expect(row.revokedAt).toBeUndefined();
  expect(accessRegister.validity?.(row)).toEqual({ from: '2026-03-01' });
});
