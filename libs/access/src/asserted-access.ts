import { v5 } from 'uuid';
import { canonical, Rejection, type Recorder } from '#event-sourcing';
import { scopeOfProject, type AccessDesk } from './access-desk.js';
import { AssertAccess, type GrantedRole } from './grant.js';
import type { KnownGrant } from './known-grants.js';

/** What an issuer says of somebody: `subject` is its own name for them. Roles by project's id, or `*`. */
export interface Assertion {
  issuer: string;
  subject: string;
  roles: ReadonlyMap<string, readonly GrantedRole[]>;
}

export interface Admitted {
  /** The actor's id. */
  id: string;
  /** Without those that an administrator has revoked, and those in projects that are not there. */
  roles: Map<string, readonly GrantedRole[]>;
  /** It would have roles, had they not been revoked. */
  isRevoked: boolean;
}

/**
 * Sees to it that the ledger knows what an issuer says of somebody before it counts: each change of roles is recorded, in
 * the project that it is about, when it is first seen.
 */
export class AssertedAccess {
  readonly #ids = new Map<string, string>();

  constructor(
    private readonly recorder: Recorder,
    private readonly desk: AccessDesk,
    /** Who records it: the application's own actor. */
    private readonly recordedBy: string,
    /** Each time another: no two requests are the same command. */
    private readonly freshKey: () => string,
  ) {}

  async admit({ issuer, subject, roles }: Assertion): Promise<Admitted> {
    const id = await this.#actorOf(`${issuer}#${subject}`);
    const former = this.desk.grants.assertedOf(id).filter((one) => one.issuer === issuer);
    const admitted: Admitted = { id, roles: new Map(), isRevoked: false };
    for (const project of new Set([...roles.keys(), ...former.map(({ access }) => access.project)])) {
      const said = roles.get(project) ?? [];
      const known = former.find(({ access }) => access.project === project);
      const stands = await this.#recorded({ actor: id, project, roles: [...said], issuer }, known);
      if (said.length === 0 || !stands) continue;
      if (stands.isRevoked) admitted.isRevoked = true;
      else admitted.roles.set(project, said);
    }
    admitted.isRevoked &&= admitted.roles.size === 0;
    return admitted;
  }

  /** The grant that says so, made or changed where it did not; undefined where there is no such project. */
  async #recorded(said: Omit<AssertAccess, 'id'>, known: KnownGrant | undefined): Promise<KnownGrant | undefined> {
    const isNews = !known || canonical(known.access.roles) !== canonical(said.roles);
    if (known?.isRevoked || !isNews) return known;
    if (!known && said.roles.length === 0) return undefined;
    const id = v5(`${said.issuer} ${said.project}`, said.actor);
    try {
      await this.recorder.record(Object.assign(new AssertAccess(), { ...said, id }), {
        ...{ actor: this.recordedBy, roles: [], scope: scopeOfProject(said.project) },
        ...{ idempotencyKey: this.freshKey(), correlationId: this.freshKey() },
      });
    } catch (fault) {
      // Revoked a moment ago, or in a project that is not there (yet).
      if (!(fault instanceof Rejection)) throw fault;
      if (fault.code === 'unknown-project') return undefined;
    }
    return this.desk.refreshed(id);
  }

  async #actorOf(name: string): Promise<string> {
    const id = this.#ids.get(name) ?? (await this.desk.actors.idOf(name));
    this.#ids.set(name, id);
    return id;
  }
}
