import { everyProject } from '#access';
import { isUuid } from '#event-sourcing';
import { isRole, isSafe, type RoleRule } from '#http';
import { WrongSetting, type Form } from './setting-forms.js';

/** Of an OpenID Connect issuer: all three, or none. */
export interface OidcSettings {
  issuer: string;
  audience: string;
  rules: readonly RoleRule[];
}

/** As the issuer writes itself: whether it ends in a slash matters. */
export const issuerUrl: Form<string> = {
  takes: 'the https address of an issuer (http on this machine alone), as it stands in its tokens',
  read: (given) => (isSafe(given) && !/[?#\s]/.test(given) ? given : undefined),
};

/** `claim=value -> role@project; …`: a claim's name has no `=`, a value may have. */
export const roleRules: Form<readonly RoleRule[]> = {
  takes:
    'rules "claim=value -> role@project" with semicolons between them, such as groups=me-staff -> officer@<project id>; groups=me-leads -> administrator@*',
  read: (given) => {
    const texts = given.split(';').map((one) => one.trim());
    const rules = texts.filter((one) => one !== '').flatMap((one) => ruleOf(one) ?? []);
    return rules.length > 0 && rules.length === texts.filter((one) => one !== '').length ? rules : undefined;
  },
};

function ruleOf(text: string): RoleRule | undefined {
  const [, claim = '', value = '', role, project = ''] = /^([^=]+)=(.+)->\s*(\w+)\s*@\s*(\S+)$/.exec(text) ?? [];
  const isProject = project === everyProject || isUuid(project);
  if (claim.trim() === '' || value.trim() === '' || !isRole(role) || !isProject) return undefined;
  return { claim: claim.trim(), value: value.trim(), role, project };
}

/** Throws WrongSetting where one is there without the others. */
export function oidcOf(
  issuer: string | undefined,
  audience: string | undefined,
  rules: readonly RoleRule[] | undefined,
): OidcSettings | undefined {
  if (issuer !== undefined && audience !== undefined && rules !== undefined) return { issuer, audience, rules };
  if (issuer === undefined && audience === undefined && rules === undefined) return undefined;
  const named = { ATTEST_OIDC_ISSUER: issuer, ATTEST_OIDC_AUDIENCE: audience, ATTEST_OIDC_ROLES: rules };
  const missing = Object.entries(named).flatMap(([name, value]) => (value === undefined ? [name] : []));
  throw new WrongSetting(
    `${missing.join(' and ')} ${missing.length > 1 ? 'are' : 'is'} missing: the three settings ATTEST_OIDC_* go together.`,
  );
}
