import { command, given } from '../../event-sourcing/src/given-when-then.js';
import { AssertAccess, grant, GrantAccess, RestoreAccess, RevokeAccess, type GrantEvent } from './grant.js';

const id = '018f3f5e-0000-7000-8000-0000000000a1';
const actor = '018f3f5e-0000-7000-8000-0000000000a2';
const project = '018f3f5e-0000-7000-8000-0000000000a3';
const reason = { code: 'other', text: 'The phone was lost.' } as const;
const known = { project: { status: 'created' } };

type Given = GrantEvent & { id: string; recordedAt: string };
const recordedAt = '2026-03-01T08:00:00.700Z';
const access = { actor, project, roles: ['officer' as const] };
const issuer = 'https://login.example.org';
const granted: Given = { id: 'e1', recordedAt, type: 'AccessGranted', data: { ...access, expiresIn: 3600 } };
const asserted: Given = { id: 'e1', recordedAt, type: 'AccessAsserted', data: { ...access, issuer } };
const revoked: Given = { id: 'e2', recordedAt, type: 'AccessRevoked', data: { revokes: 'e1' } };
const restored: Given = { id: 'e3', recordedAt, type: 'AccessRestored', data: { restores: 'e1' } };

test('a token ends so many whole seconds after the second in which it was recorded', () =>
  expect(given(grant, granted).state).toMatchObject({ expiresAt: '2026-03-01T09:00:00.000Z' }));

describe('grant access', () => {
  const give = command(GrantAccess, { id, ...access, expiresIn: 3600 });

  test('records who may do what, where, for how long', () =>
    given(grant)
      .when(give, known)
      .then([{ type: 'AccessGranted', data: { ...access, expiresIn: 3600 } }]));
  test('in all projects it asks for none', () =>
    given(grant)
      .when(command(GrantAccess, { id, actor, project: '*', roles: ['auditor'], expiresIn: 60 }))
      .thenLike([{ type: 'AccessGranted', data: { project: '*' } }]));
  test('in a project that is not there is refused', () => given(grant).when(give).thenRejected('unknown-project'));
  test('an id is used once', () => given(grant, granted).when(give, known).thenRejected('grant-exists'));
  test('also that of a revoked one', () =>
    given(grant, granted, revoked).when(give, known).thenRejected('grant-exists'));
});

describe('assert access', () => {
  const say = command(AssertAccess, { id, ...access, issuer });
  const none = command(AssertAccess, { id, ...access, roles: [], issuer });

  test('records what an issuer says', () =>
    given(grant)
      .when(say, known)
      .then([{ type: 'AccessAsserted', data: { ...access, issuer } }]));
  test('another set of roles is recorded', () =>
    given(grant, asserted)
      .when(command(AssertAccess, { id, actor, project, roles: ['manager'], issuer }), known)
      .thenLike([{ type: 'AccessAsserted', data: { roles: ['manager'] } }]));
  test('and that there are none any more', () =>
    given(grant, asserted)
      .when(none, known)
      .thenLike([{ type: 'AccessAsserted', data: { roles: [] } }]));
  test('the same again is already so', () => given(grant, asserted).when(say, known).thenAlreadySo());
  test('none where there were none is refused', () => given(grant).when(none, known).thenRejected('unknown-grant'));
  test('in a project that is not there is refused', () => given(grant).when(say).thenRejected('unknown-project'));
  test('what is revoked stays so, whatever the issuer says', () =>
    given(grant, asserted, revoked).when(none, known).thenRejected('access-revoked'));
});

describe('revoke access', () => {
  const revoke = command(RevokeAccess, { id, reason });

  test('names the event that gave it', () =>
    given(grant, granted)
      .when(revoke)
      .then([{ type: 'AccessRevoked', data: { revokes: 'e1' } }]));
  test('twice is already so', () => given(grant, granted, revoked).when(revoke).thenAlreadySo());
  test('the unknown is refused', () => given(grant).when(revoke).thenRejected('unknown-grant'));
});

describe('restore access', () => {
  const restore = command(RestoreAccess, { id, reason });

  test('what an issuer says counts again', () =>
    given(grant, asserted, revoked)
      .when(restore)
      .then([{ type: 'AccessRestored', data: { restores: 'e1' } }]));
  test('what holds is already so', () => given(grant, asserted, revoked, restored).when(restore).thenAlreadySo());
  test('a revoked token stays revoked', () =>
    given(grant, granted, revoked).when(restore).thenRejected('revoked-for-good'));
  test('the unknown is refused', () => given(grant).when(restore).thenRejected('unknown-grant'));
});
