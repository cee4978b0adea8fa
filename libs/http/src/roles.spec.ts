import { describe, expect, test } from '@jest/globals';
import { check } from './access.js';
import type { Problem } from './problem.js';
import { rolesIn, type Actor } from './roles.js';
import type { Role } from './thing-controller.js';

const mine = '018f3f5e-0000-7000-8000-00000000a001';
const theirs = '018f3f5e-0000-7000-8000-00000000a002';
const actor = (roles: Record<string, Role[]>): Actor => ({
  id: 'a',
  roles: new Map(Object.entries(roles)),
  tokenId: 't',
});
const refused = (who: Actor, access: Parameters<typeof check>[1], params: object) => {
  try {
    check(who, access, params);
    return 200;
  } catch (fault) {
    return (fault as Problem).status;
  }
};

describe('in a project', () => {
  const officer = { scope: 'project', role: 'officer' } as const;
  test.each<[Record<string, Role[]>, string, number]>([
    [{ [mine]: ['officer'] }, mine, 200],
    [{ [mine]: ['manager'] }, mine, 200],
    [{ [mine]: ['auditor'] }, mine, 403],
    [{ [mine]: ['administrator'] }, mine, 403],
    [{ [mine]: ['officer'] }, theirs, 404],
    [{ '*': ['officer'] }, theirs, 200],
    [{ '*': ['auditor'], [mine]: ['officer'] }, mine, 200],
    [{ '*': ['auditor'], [mine]: ['officer'] }, theirs, 403],
    [{ '*': ['officer'] }, 'not-an-id', 404],
    [{ '*': ['officer'] }, '*', 404],
    [{ '*': ['officer'] }, 'ledger', 404],
  ])('%j asks in %s: %i', (roles, project, status) => expect(refused(actor(roles), officer, { project })).toBe(status));
});

describe('in the ledger, and of projects', () => {
  test.each<[Record<string, Role[]>, Parameters<typeof check>[1], object, number]>([
    [{ [mine]: ['officer'] }, { scope: 'ledger', role: 'officer' }, {}, 200],
    [{ [mine]: ['administrator'] }, { scope: 'ledger', role: 'officer' }, {}, 200],
    [{ [mine]: ['auditor'] }, { scope: 'ledger', role: 'officer' }, {}, 403],
    [{ [mine]: ['auditor'] }, { scope: 'ledger', role: 'reader' }, {}, 200],
    [{}, { scope: 'ledger', role: 'reader' }, {}, 403],
    [{ '*': ['administrator'] }, { scope: 'self', role: 'administrator' }, {}, 200],
    [{ [mine]: ['administrator'] }, { scope: 'self', role: 'administrator' }, {}, 403],
    [{ [mine]: ['manager'] }, { scope: 'self', role: 'manager' }, { id: mine }, 200],
    [{ [mine]: ['manager'] }, { scope: 'self', role: 'manager' }, { id: theirs }, 404],
    [{ [mine]: ['reporter'] }, { scope: 'self', role: 'reader' }, {}, 200],
    [{ '*': ['administrator'] }, { scope: 'ledger', role: 'administrator', everywhere: true }, {}, 200],
    [{ [mine]: ['administrator'] }, { scope: 'ledger', role: 'administrator', everywhere: true }, {}, 403],
  ])('%j for %j of %j: %i', (roles, access, params, status) =>
    expect(refused(actor(roles), access, params)).toBe(status),
  );
});

test('roles come in one order, each once', () => {
  expect(rolesIn(actor({ '*': ['auditor', 'manager'], [mine]: ['manager', 'officer'] }), mine)).toEqual([
    'officer',
    'manager',
    'auditor',
  ]);
});
