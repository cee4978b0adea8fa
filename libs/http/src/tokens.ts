import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { decodeJwt, errors, jwtVerify, SignJWT } from 'jose';
import { isUuid, newId } from '#event-sourcing';
import { Problem } from './problem.js';
import { allRoles, EVERY_PROJECT, type Actor } from './roles.js';
import type { Role } from './thing-controller.js';

const ALGORITHM = 'EdDSA';
const AUDIENCE = 'attest';
/** Verified tokens that are remembered: a signature costs more than the rest of a read. */
const REMEMBERED = 1_000;

/** Tells who holds a token. Throws Problem 401, or 503 where that cannot be told now. */
export interface TokenVerifier {
  verify(token: string): Promise<Actor>;
  /** As far as this process knows, also while the ledger cannot be asked: for routes that need no token. */
  recall?(token: string): Promise<Actor>;
}

/** What a token says. The same, with an id and a beginning, makes the same token. */
export interface TokenClaims {
  /** Of its grant; a new one without it. */
  id?: string;
  /** Id of the actor: a UUID. */
  actor: string;
  /** Roles by project's id, or `*` for all. */
  roles: Readonly<Record<string, readonly Role[]>>;
  /** When it begins, in milliseconds; now without it. */
  since?: number;
  /** Seconds from then. */
  expiresIn: number;
}

/** What the ledger says of tokens: a signature tells that one was issued, not that it still holds. */
export interface Grants {
  /** `expires`: as the token says, in milliseconds. Throws StoreUnavailable where it cannot be told now. */
  standing(id: string, expires: number): 'held' | 'expired' | 'revoked' | 'unknown';
}

/** Of a ledger that gave nobody anything. */
const noGrants: Grants = { standing: () => 'unknown' };

interface Read {
  actor: Actor;
  /** Milliseconds. */
  expires: number;
}

/** Tokens of this ledger: JWTs signed with its Ed25519 key, each of which has a grant. */
export class Tokens implements TokenVerifier {
  readonly #public: KeyObject;
  /** Names the key, and so the ledger: a token of another one is refused by name before its signature is looked at. */
  readonly issuer: string;
  readonly #remembered = new Map<string, Read>();

  constructor(
    private readonly privateKey: KeyObject,
    private readonly grants: Grants = noGrants,
    private readonly clock: () => Date = () => new Date(),
  ) {
    this.#public = createPublicKey(privateKey);
    const der = this.#public.export({ type: 'spki', format: 'der' });
    this.issuer = `urn:attest:ledger:${createHash('sha256').update(der).digest('hex').slice(0, 32)}`;
  }

  /** `pem`: PKCS #8. */
  static fromPem(pem: string, grants?: Grants, clock?: () => Date): Tokens {
    return new Tokens(createPrivateKey(pem), grants, clock);
  }

  /** A new key, PKCS #8 in PEM. */
  static newKey(): string {
    return generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  }

  /** Signs; whether it holds is for the grants to say. */
  async issue({ id = newId(), actor, roles, since, expiresIn }: TokenClaims): Promise<string> {
    const begins = Math.floor((since ?? this.clock().getTime()) / 1000);
    return new SignJWT({ attest: { roles } })
      .setProtectedHeader({ alg: ALGORITHM, typ: 'JWT' })
      .setIssuer(this.issuer)
      .setAudience(AUDIENCE)
      .setSubject(actor)
      .setJti(id)
      .setIssuedAt(begins)
      .setExpirationTime(begins + expiresIn)
      .sign(this.privateKey);
  }

  async verify(token: string): Promise<Actor> {
    const { actor, expires } = this.#remembered.get(token) ?? (await this.#read(token));
    const standing = this.grants.standing(actor.tokenId, expires);
    if (standing !== 'held') throw refusals[standing]();
    return actor;
  }

  /** What a good signature is under, whenever that was. */
  async #read(token: string): Promise<Read> {
    try {
      if (decodeJwt(token).iss !== this.issuer) throw foreign();
      const { payload } = await jwtVerify(token, this.#public, {
        algorithms: [ALGORITHM],
        issuer: this.issuer,
        audience: AUDIENCE,
        // Time is judged each time it is used, with its grant.
        currentDate: new Date(0),
        requiredClaims: ['sub', 'exp', 'jti'],
      });
      const read = { actor: readActor(payload), expires: (payload.exp as number) * 1000 };
      if (this.#remembered.size >= REMEMBERED) this.#remembered.clear();
      this.#remembered.set(token, read);
      return read;
    } catch (fault) {
      if (!(fault instanceof errors.JOSEError || fault instanceof Unreadable)) throw fault;
      throw unauthorised('token-invalid', 'The token is not one that this ledger issued.');
    }
  }
}

/** 401 with the challenge that RFC 6750 wants. */
export function unauthorised(code: string, detail: string): Problem {
  const isMissing = code === 'token-missing';
  const challenge = isMissing ? 'Bearer' : `Bearer error="invalid_token", error_description="${detail}"`;
  return new Problem(401, code, detail, [], { 'www-authenticate': challenge });
}

export const expired = () => unauthorised('token-expired', 'The token has expired: ask for a new one.');
export const revoked = () => unauthorised('token-revoked', 'An administrator has revoked this access.');
export const foreign = () => unauthorised('token-foreign', 'The token was issued for another ledger.');

const refusals = {
  expired,
  revoked,
  unknown: () => unauthorised('token-unknown', 'This ledger has no grant for this token: ask for a new one.'),
};

class Unreadable extends Error {}

function readActor({ sub, jti, attest }: { sub?: string; jti?: string; attest?: unknown }): Actor {
  const given = (attest as { roles?: unknown } | undefined)?.roles;
  if (!isUuid(sub) || typeof jti !== 'string' || typeof given !== 'object' || given === null) throw new Unreadable();
  const roles = new Map<string, readonly Role[]>();
  for (const [project, names] of Object.entries(given)) {
    if (!(project === EVERY_PROJECT || isUuid(project)) || !Array.isArray(names)) throw new Unreadable();
    // A role that a later version will know gives nothing here.
    roles.set(project, names.filter(isRole));
  }
  return { id: sub, roles, tokenId: jti };
}

export const isRole = (name: unknown): name is Role => allRoles.some((role) => role === name);
