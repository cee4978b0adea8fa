import { readSettings, WrongSetting } from '#hosting/src/settings/settings.js';

const project = '018f3f5e-0000-7000-8000-000000000001';
const all = {
  ATTEST_OIDC_ISSUER: 'https://login.example.org/realms/me',
  ATTEST_OIDC_AUDIENCE: 'attest',
  ATTEST_OIDC_ROLES: `groups=CN=Staff,OU=ME -> officer@${project}; https://x.org/role=lead->administrator@*;`,
};
const faultOf = (environment: Record<string, string>) => {
  try {
    readSettings(environment);
  } catch (fault) {
    if (fault instanceof WrongSetting) return fault.message;
  }
  return undefined;
};

test('rules name a claim, its value, the role and the project', () =>
  expect(readSettings(all).oidc).toEqual({
    issuer: all.ATTEST_OIDC_ISSUER,
    audience: 'attest',
    rules: [
      { claim: 'groups', value: 'CN=Staff,OU=ME', role: 'officer', project },
      { claim: 'https://x.org/role', value: 'lead', role: 'administrator', project: '*' },
    ],
  }));

test('without the settings there is no issuer', () => expect(readSettings({}).oidc).toBeUndefined());

test('the three go together', () => {
  const { ATTEST_OIDC_ROLES: _, ...two } = all;
  expect(faultOf(two)).toBe('ATTEST_OIDC_ROLES is missing: the three settings ATTEST_OIDC_* go together.');
  expect(faultOf({ ATTEST_OIDC_AUDIENCE: 'a' })).toMatch(/^ATTEST_OIDC_ISSUER and ATTEST_OIDC_ROLES are missing/);
});

test.each([
  ['ATTEST_OIDC_ISSUER', 'http://login.example.org'],
  ['ATTEST_OIDC_ISSUER', 'https://login.example.org/?a=b'],
  ['ATTEST_OIDC_ISSUER', 'login.example.org'],
  ['ATTEST_OIDC_ROLES', 'groups=staff'],
  ['ATTEST_OIDC_ROLES', `groups=staff -> boss@${project}`],
  ['ATTEST_OIDC_ROLES', 'groups=staff -> officer@libmitaf'],
  ['ATTEST_OIDC_ROLES', `groups=staff -> officer@${project}; nonsense`],
  ['ATTEST_OIDC_ROLES', ' ; '],
])('%s "%s" is refused in one line that says what is right', (name, value) => {
  const said = faultOf({ ...all, [name]: value });
  expect(said).toContain(`${name} is "${value}": it takes`);
  expect(said).not.toContain('\n');
});
