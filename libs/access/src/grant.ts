import { ArrayMaxSize, ArrayMinSize, ArrayUnique, IsArray, IsIn, IsInt, Max, Min, ValidateBy } from 'class-validator';
import {
  canonical,
  decider,
  HasReason,
  IsId,
  isUuid,
  IsTitle,
  rejecting,
  type Instant,
  type Reason,
} from '#event-sourcing';

// ── Commands ──

export const grantedRoles = ['officer', 'manager', 'auditor', 'reporter', 'administrator'] as const;
export type GrantedRole = (typeof grantedRoles)[number];

/** In the place of a project's id: all of them, also those to come. */
export const everyProject = '*';

/** A project's id, or `*` for all of them. */
export const IsProject = (): PropertyDecorator =>
  ValidateBy({
    name: 'isProject',
    validator: {
      validate: (value) => value === everyProject || isUuid(value),
      defaultMessage: () => "$property must be a project's id, or * for all of them",
    },
  });

/** One or more of the roles, each once. */
export const AreRoles = (least = 1): PropertyDecorator => {
  const takes = [IsArray(), ArrayMinSize(least), ArrayMaxSize(5), ArrayUnique(), IsIn(grantedRoles, { each: true })];
  return (target, property) => {
    for (const decorate of takes) decorate(target, property);
  };
};

/** Seconds. */
export const LONGEST_LIFE = 366 * 86_400;
export const IsLife = (): PropertyDecorator => (target, property) => {
  for (const decorate of [Max(LONGEST_LIFE), Min(60), IsInt()]) decorate(target, property);
};

class AccessFacts {
  /** A random id; the name stands in the vault of actors, never in an event. */
  @IsId() actor!: string;
  @IsProject() project!: string;
}

/** Gives somebody roles in a project, or in all, for a time. The grant's id is the `jti` of its token. */
export class GrantAccess extends AccessFacts {
  @IsId() id!: string;
  @AreRoles() roles!: GrantedRole[];
  /** Seconds from when it is recorded. */
  @IsLife() expiresIn!: number;
}

/** Records which roles an issuer (OpenID Connect) says that somebody has in a project; none: no longer any. */
export class AssertAccess extends AccessFacts {
  @IsId() id!: string;
  @AreRoles(0) roles!: GrantedRole[];
  @IsTitle() issuer!: string;
}

/** Takes access away at once: of a token for good, of what an issuer says until it is restored. */
export class RevokeAccess {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

/** What an issuer says of somebody in a project counts again. */
export class RestoreAccess {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

// ── Events: stored for ever. Add optional fields; never rename, never remove. ──

export type AccessData = {
  actor: string;
  /** A project's id, or `*` for all of them. */
  project: string;
  roles: GrantedRole[];
};

export type GrantEvent =
  | {
      type: 'AccessGranted';
      data: AccessData & {
        /** Seconds from recordedAt. */
        expiresIn: number;
      };
    }
  | {
      type: 'AccessAsserted';
      data: AccessData & {
        /** Its address. */
        issuer: string;
      };
    }
  | { type: 'AccessRevoked'; data: { revokes: string } }
  | { type: 'AccessRestored'; data: { restores: string } };

// ── State: only what the rules ask for, and what tokens are judged by ──

export type Grant =
  | { status: 'none' }
  | {
      status: 'held' | 'revoked';
      /** The event that gave it. */
      event: string;
      access: AccessData;
      since: Instant;
      /** Of a token. Whole seconds, as in a token. */
      expiresAt?: Instant;
      /** Of what an issuer says. */
      issuer?: string;
    };

// ── Rules ──

/** What the rules need of the project that a command names; undefined where there is none. */
export interface GrantContext {
  project?: { status: string };
}

const rejections = {
  'grant-exists': 'There is a grant with this id already.',
  'unknown-grant': 'There is no such grant.',
  'unknown-project': 'There is no such project.',
  'access-revoked': 'An administrator has revoked this access.',
  'revoked-for-good': 'A revoked token stays revoked: create another one.',
} as const;
const reject = rejecting(rejections);

export const grant = decider<Grant, GrantEvent, GrantContext>()({
  category: 'grant',
  commands: { GrantAccess, AssertAccess, RevokeAccess, RestoreAccess },
  rejections,
  initial: { status: 'none' },

  decide: {
    GrantAccess: ({ id: _, ...facts }, state, context) => {
      if (state.status !== 'none') return reject('grant-exists');
      checkProject(facts, context);
      return [{ type: 'AccessGranted', data: facts }];
    },
    AssertAccess: ({ id: _, ...facts }, state, context) => {
      if (state.status === 'none' && facts.roles.length === 0) return reject('unknown-grant');
      if (state.status === 'revoked') return reject('access-revoked');
      if (state.status === 'held' && canonical(state.access.roles) === canonical(facts.roles)) return [];
      checkProject(facts, context);
      return [{ type: 'AccessAsserted', data: facts }];
    },
    RevokeAccess: (_, state) => {
      if (state.status === 'none') return reject('unknown-grant');
      return state.status === 'revoked' ? [] : [{ type: 'AccessRevoked', data: { revokes: state.event } }];
    },
    RestoreAccess: (_, state) => {
      if (state.status === 'none') return reject('unknown-grant');
      if (state.status === 'held') return [];
      if (state.issuer === undefined) return reject('revoked-for-good');
      return [{ type: 'AccessRestored', data: { restores: state.event } }];
    },
  },

  evolve: {
    AccessGranted: (_, { expiresIn, ...access }, { id, recordedAt }) => ({
      ...{ status: 'held', event: id, access, since: recordedAt },
      expiresAt: endOf(recordedAt, expiresIn),
    }),
    AccessAsserted: (_, { issuer, ...access }, { id, recordedAt }) => ({
      ...{ status: 'held', event: id, access, since: recordedAt, issuer },
    }),
    AccessRevoked: (state) => ({ ...(state as Known), status: 'revoked' }),
    AccessRestored: (state) => ({ ...(state as Known), status: 'held' }),
  },
});

type Known = Exclude<Grant, { status: 'none' }>;

function checkProject({ project }: AccessData, context: GrantContext): void {
  if (project !== everyProject && !context.project) reject('unknown-project', undefined, '/project');
}

/** A token knows whole seconds only: it begins in the second in which it was recorded. */
export const endOf = (recordedAt: Instant, expiresIn: number): Instant =>
  new Date((Math.floor(Date.parse(recordedAt) / 1_000) + expiresIn) * 1_000).toISOString();
