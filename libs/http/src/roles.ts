import type { Role } from './thing-controller.js';

export const allRoles = ['officer', 'manager', 'auditor', 'reporter', 'administrator'] as const;

/** Scope of what is private to no project. */
export const LEDGER = 'ledger';
/** In a token: every project, also those to come. */
export const EVERY_PROJECT = '*';

/** Who asks, as the token says. `id` is random; `roles` by project's id or `*`. */
export interface Actor {
  id: string;
  roles: ReadonlyMap<string, readonly Role[]>;
  tokenId: string;
}

/** What a route wants: the least role, or any (`reader`). */
export type Needed = Role | 'reader';

/** The actor's roles in a project, or (scope `ledger`) anywhere; in order, so that events are the same each time. */
export function rolesIn(actor: Actor, scope: string): Role[] {
  const given =
    scope === LEDGER ? [...actor.roles.values()].flat() : [...of(actor, EVERY_PROJECT), ...of(actor, scope)];
  return allRoles.filter((role) => given.includes(role));
}

/** Projects that the token names; undefined = all. */
export function projectsOf(actor: Actor): string[] | undefined {
  if (of(actor, EVERY_PROJECT).length > 0) return undefined;
  return [...actor.roles.keys()].filter((project) => of(actor, project).length > 0).sort();
}

/** A manager may what an officer may; what an auditor sees, managers and administrators do. In the ledger's scope an administrator may what an officer or a manager may. */
export function suffices(roles: readonly Role[], needed: Needed, scope: string): boolean {
  if (needed === 'reader') return roles.length > 0;
  const others: Partial<Record<Role, readonly Role[]>> = {
    officer: scope === LEDGER ? ['manager', 'administrator'] : ['manager'],
    manager: scope === LEDGER ? ['administrator'] : [],
    auditor: ['manager', 'administrator'],
  };
  return [needed, ...(others[needed] ?? [])].some((role) => roles.includes(role));
}

const of = (actor: Actor, project: string): readonly Role[] => actor.roles.get(project) ?? [];
