import { ValidateBy } from 'class-validator';
import {
  commandId,
  IsTitle,
  open,
  streamName,
  type EventStore,
  type Outcome,
  type Reason,
  type Recorder,
} from '#event-sourcing';
import {
  AreRoles,
  everyProject,
  grant,
  GrantAccess,
  IsLife,
  IsProject,
  RestoreAccess,
  RevokeAccess,
  type GrantedRole,
} from './grant.js';
import type { KnownGrant, KnownGrants } from './known-grants.js';

/** The vault of actors' names: events know a person by a random id alone. Two people may have one name. */
export abstract class Actors {
  /** The id of the first actor of this name, made at random when it is new. */
  abstract idOf(name: string): Promise<string>;
  /** The ids of all actors of this name, oldest first. */
  abstract idsOf(name: string): Promise<string[]>;
  /** The random id of one more actor of this name. */
  abstract make(name: string): Promise<string>;
  /** Names by id; an id that is nobody's is missing. */
  abstract namesOf(ids: readonly string[]): Promise<Map<string, string>>;
  /** Does the work when nobody else does any so, in no process on this ledger: for who looks before making. */
  abstract alone<T>(work: () => Promise<T>): Promise<T>;
}

/** Under which name the application itself acts. */
export const ownName = 'Attest';

/** As people are named to whom nobody gives tokens: the application, and those of whom an issuer speaks. */
const isReserved = (name: unknown): boolean =>
  typeof name === 'string' &&
  (name.normalize('NFKC').trim().toLowerCase() === ownName.toLowerCase() || /^\s*https?:\/\/.*#/isu.test(name));

const IsFreeName = (): PropertyDecorator =>
  ValidateBy({
    name: 'isFreeName',
    validator: {
      validate: (value) => !isReserved(value),
      defaultMessage: () =>
        `$property must be the name of a person or a program: ${ownName} is the application, and <issuer>#<subject> whom an issuer gives tokens`,
    },
  });

/** What a token is to say. */
export class TokenRequest {
  /** Who it is for: a person or a program. Kept in the vault, never in an event. */
  @IsTitle(200) @IsFreeName() actor!: string;
  @AreRoles() roles!: GrantedRole[];
  /** A project's id, or `*` for all. */
  @IsProject() project!: string;
  /** Seconds. */
  @IsLife() expiresIn!: number;
}

export interface IssuedToken {
  /** Of the grant. */
  id: string;
  token: string;
  actor: string;
  expiresAt: string;
  /** Goes into Attest-Min-Position. */
  position: string;
}

/** What a token is made of; the same makes the same. `since`: in milliseconds; `expiresIn`: in seconds. */
export interface Signed {
  id: string;
  actor: string;
  roles: Readonly<Record<string, readonly GrantedRole[]>>;
  since: number;
  expiresIn: number;
}

/** Who asks, with which roles where it asks, and under which key. */
export interface Caller {
  actor: string;
  roles: readonly string[];
  idempotencyKey: string;
  correlationId: string;
  ifMatch?: number;
}

/** The scope of grants in a project, or in all of them. */
export const scopeOfProject = (project: string) => (project === everyProject ? 'ledger' : project);

/** Gives and takes access, so that each change counts in this process before it is answered. */
export class AccessDesk {
  constructor(
    private readonly recorder: Recorder,
    private readonly store: EventStore,
    readonly grants: KnownGrants,
    readonly actors: Actors,
    private readonly sign: (signed: Signed) => Promise<string>,
  ) {}

  /**
   * The same request again, under the same key, is answered the same token: it is made from what was recorded alone. One
   * after the other, in all processes, so that two for the same new name are for one actor. `everywhere`: the caller administers every project.
   */
  issue(request: TokenRequest, caller: Caller, everywhere: boolean): Promise<IssuedToken> {
    return this.actors.alone(() => this.#issue(request, caller, everywhere));
  }

  async #issue({ actor: name, ...facts }: TokenRequest, caller: Caller, everywhere: boolean): Promise<IssuedToken> {
    const id = commandId(caller.actor, caller.idempotencyKey);
    const actor = await this.#actorOf(name, facts.project, everywhere);
    const command = Object.assign(new GrantAccess(), { ...facts, id, actor });
    const { position } = await this.recorder.record(command, { ...caller, scope: scopeOfProject(facts.project) });
    const known = await this.refreshed(id);
    if (!known?.expiresAt) throw new Error(`the grant ${id} was recorded and is not in its stream`);
    const { access, since, expiresAt } = known;
    const lived = Math.floor(Date.parse(since) / 1_000);
    const token = await this.sign({
      id,
      actor: access.actor,
      roles: { [access.project]: access.roles },
      since: lived * 1_000,
      expiresIn: Date.parse(expiresAt) / 1_000 - lived,
    });
    return { id, token, actor: access.actor, expiresAt, position: String(position) };
  }

  /**
   * One name is one actor in a project, or in all, so that a repeat with a new token is still a repeat. Who is known elsewhere
   * is the same actor only for those who administer every project: nobody makes a token of somebody whom they do not
   * administer. And whom one project's administrator may have named is nobody who gets roles in all.
   */
  async #actorOf(name: string, project: string, everywhere: boolean): Promise<string> {
    const named = await this.actors.idsOf(name);
    const projects = (actor: string) => this.grants.projectsOf(actor);
    const known = named.find((actor) => projects(actor).has(project));
    const other = named.find((actor) => project !== everyProject || projects(actor).size === 0);
    return known ?? (everywhere ? other : undefined) ?? this.actors.make(name);
  }

  revoke(grant: KnownGrant, reason: Reason, caller: Caller): Promise<Outcome> {
    return this.#change(grant, Object.assign(new RevokeAccess(), { id: grant.id, reason }), caller);
  }

  restore(grant: KnownGrant, reason: Reason, caller: Caller): Promise<Outcome> {
    return this.#change(grant, Object.assign(new RestoreAccess(), { id: grant.id, reason }), caller);
  }

  async #change({ id, scope }: KnownGrant, command: RevokeAccess | RestoreAccess, caller: Caller): Promise<Outcome> {
    const outcome = await this.recorder.record(command, { ...caller, scope });
    await this.refreshed(id);
    return outcome;
  }

  /** What the log says of a grant, known from now on. */
  async refreshed(id: string): Promise<KnownGrant | undefined> {
    const stream = streamName(grant.category, id);
    this.grants.apply(((await this.store.readStreams([stream])).get(stream) ?? []).map(open));
    return this.grants.find(id);
  }
}
