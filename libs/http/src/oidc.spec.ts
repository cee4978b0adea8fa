import { isSafe, rolesOf, type RoleRule } from './oidc.js';

const p = '018f3f5e-0000-7000-8000-000000000001';
const rules: RoleRule[] = [
  { claim: 'groups', value: 'leads', role: 'manager', project: p },
  { claim: 'groups', value: 'staff', role: 'officer', project: p },
  { claim: 'realm_access.roles', value: 'admins', role: 'administrator', project: '*' },
  { claim: 'https://example.org/role', value: 'audit', role: 'auditor', project: '*' },
  { claim: 'scope', value: 'reports', role: 'reporter', project: p },
];
const tell = (claims: object) => [...rolesOf(claims as never, rules)];

describe('claims', () => {
  test('give the roles of all rules that fit, always in the same order', () => {
    expect(tell({ groups: ['staff', 'leads'] })).toEqual([[p, ['officer', 'manager']]]);
    expect(tell({ groups: ['leads', 'staff'] })).toEqual(tell({ groups: ['staff', 'leads'] }));
  });
  test('are lists, texts, or words of a text', () => {
    expect(tell({ groups: 'staff' })).toEqual([[p, ['officer']]]);
    expect(tell({ scope: 'openid reports' })).toEqual([[p, ['reporter']]]);
    expect(tell({ groups: ['staff leads'] })).toEqual([]);
  });
  test('lie at the top or deeper', () => {
    expect(tell({ realm_access: { roles: ['admins'] } })).toEqual([['*', ['administrator']]]);
    expect(tell({ 'https://example.org/role': 'audit' })).toEqual([['*', ['auditor']]]);
  });
  test('that no rule names give nothing, nor do those of another shape', () => {
    for (const claims of [
      {},
      { groups: 7 },
      { groups: { staff: true } },
      { groups: [['staff']] },
      { realm_access: null },
    ])
      expect(tell(claims)).toEqual([]);
    expect(rolesOf({}, [{ claim: 'constructor.name', value: 'Object', role: 'officer', project: '*' }]).size).toBe(0);
  });
});

test('keys are fetched over https, or on this machine', () => {
  expect(['https://a.org/jwks', 'http://localhost:1/x', 'http://127.0.0.1/x', 'http://[::1]:1/'].map(isSafe)).toEqual(
    Array(4).fill(true),
  );
  expect(['http://a.org', 'http://127.0.0.1.a.org', 'ftp://localhost', 'file:///x', 'nonsense'].map(isSafe)).toEqual(
    Array(5).fill(false),
  );
});
