import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { errors, jwtVerify, SignJWT } from 'jose';
import { isUuid, newId } from '#event-sourcing';
import { Problem } from './problem.js';
import { allRoles, EVERY_PROJECT, type Actor } from './roles.js';
import type { Role } from './thing-controller.js';

const ALGORITHM = 'EdDSA';
const AUDIENCE = 'attest';
/** Verified tokens that are remembered: a signature costs more than the rest of a read. */
const REMEMBERED = 1_000;

/** What a token says. */
export interface Grant {
  /** Id of the actor: a UUID. */
  actor: string;
  /** Roles by project's id, or `*` for all. */
  roles: Readonly<Record<string, readonly Role[]>>;
  /** Seconds from now. */
  expiresIn: number;
}

/** Tokens of this ledger: JWTs signed with its Ed25519 key. */
export class Tokens {
  readonly #public: KeyObject;
  /** Names the key, and so the ledger: a token of another one is refused by name before its signature is looked at. */
  readonly issuer: string;
  readonly #remembered = new Map<string, { actor: Actor; expires: number }>();

  /** `privateKey`: PKCS #8 in PEM. */
  constructor(
    private readonly privateKey: KeyObject,
    private readonly clock: () => Date = () => new Date(),
  ) {
    this.#public = createPublicKey(privateKey);
    const der = this.#public.export({ type: 'spki', format: 'der' });
    this.issuer = `urn:attest:ledger:${createHash('sha256').update(der).digest('hex').slice(0, 32)}`;
  }

  static fromPem(pem: string, clock?: () => Date): Tokens {
    return new Tokens(createPrivateKey(pem), clock);
  }

  /** A new key, PKCS #8 in PEM. */
  static newKey(): string {
    return generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  }

  async issue({ actor, roles, expiresIn }: Grant): Promise<string> {
    const now = Math.floor(this.clock().getTime() / 1000);
    return new SignJWT({ attest: { roles } })
      .setProtectedHeader({ alg: ALGORITHM, typ: 'JWT' })
      .setIssuer(this.issuer)
      .setAudience(AUDIENCE)
      .setSubject(actor)
      .setJti(newId())
      .setIssuedAt(now)
      .setExpirationTime(now + expiresIn)
      .sign(this.privateKey);
  }

  /** Throws Problem 401. */
  async verify(token: string): Promise<Actor> {
    const now = this.clock();
    const known = this.#remembered.get(token);
    if (known && known.expires > now.getTime()) return known.actor;
    this.#remembered.delete(token);
    try {
      const { payload } = await jwtVerify(token, this.#public, {
        algorithms: [ALGORITHM],
        issuer: this.issuer,
        audience: AUDIENCE,
        currentDate: now,
        requiredClaims: ['sub', 'exp', 'jti'],
      });
      const actor = readActor(payload);
      if (this.#remembered.size >= REMEMBERED) this.#remembered.clear();
      this.#remembered.set(token, { actor, expires: (payload.exp as number) * 1000 });
      return actor;
    } catch (fault) {
      if (fault instanceof errors.JWTExpired)
        throw unauthorised('token-expired', 'The token has expired: ask for a new one.');
      if (fault instanceof errors.JWTClaimValidationFailed && fault.claim === 'iss') {
        throw unauthorised('token-foreign', 'The token was issued for another ledger.');
      }
      if (fault instanceof errors.JOSEError || fault instanceof Unreadable) {
        throw unauthorised('token-invalid', 'The token is not one that this ledger issued.');
      }
      throw fault;
    }
  }
}

/** 401 with the challenge that RFC 6750 wants. */
export function unauthorised(code: string, detail: string): Problem {
  const isMissing = code === 'token-missing';
  const challenge = isMissing ? 'Bearer' : `Bearer error="invalid_token", error_description="${detail}"`;
  return new Problem(401, code, detail, [], { 'www-authenticate': challenge });
}

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
