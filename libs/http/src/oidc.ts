import { createRemoteJWKSet, decodeJwt, errors, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose';
import { SeenTime } from '#event-sourcing';
import { notNow } from './problem.js';
import { allRoles, type Actor } from './roles.js';
import type { Role } from './thing-controller.js';
import { expired, revoked, unauthorised, type TokenVerifier } from './tokens.js';

/** Tokens of an OpenID Connect issuer: JWTs that its published keys verify, whose claims a mapping makes roles of. */

/** Whoever's claim has this value has this role in this project (`*`: in all). */
export interface RoleRule {
  /** A name, or a path into objects with dots: `groups`, `realm_access.roles`. */
  claim: string;
  value: string;
  role: Role;
  project: string;
}

export interface OidcOptions {
  /** As the issuer writes itself, in `iss` and in its discovery document. */
  issuer: string;
  /** Of this ledger at the issuer: what `aud` must name. */
  audience: string;
  rules: readonly RoleRule[];
  clock?: () => Date;
  /** Milliseconds between two looks for a key that is not known. */
  cooldown?: number;
}

/** Sees to it that the ledger knows what an issuer says of somebody before it counts. Implemented by the app. */
export interface Admission {
  admit(assertion: {
    issuer: string;
    subject: string;
    roles: ReadonlyMap<string, readonly Role[]>;
  }): Promise<{ id: string; roles: ReadonlyMap<string, readonly Role[]>; isRevoked: boolean }>;
}

const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA'];
/** Seconds that the issuer's clock may be away from ours. */
const TOLERANCE = 30;
/** Milliseconds: for one answer of the issuer; before it is asked again after it gave none. */
const PATIENCE = 4_000;
const PAUSE = 2_000;
const REMEMBERED = 1_000;
const LONGEST_SUBJECT = 255;

interface Read {
  subject: string;
  roles: ReadonlyMap<string, readonly Role[]>;
  /** Milliseconds. */
  expires: number;
  /** When it was first seen. */
  mark: number;
}

export class OidcTokens implements TokenVerifier {
  readonly #keys: IssuerKeys;
  readonly #remembered = new Map<string, Read>();
  readonly #time = new SeenTime();

  constructor(
    private readonly options: OidcOptions,
    private readonly admission: Admission,
  ) {
    this.#keys = new IssuerKeys(options.issuer, options.cooldown);
  }

  async verify(token: string): Promise<Actor> {
    const { issuer } = this.options;
    const { subject, roles, expires, mark } = this.#remembered.get(token) ?? (await this.#read(token));
    this.#time.see(this.#now());
    // As with our own tokens, a clock that steps back revives none.
    if (this.#time.since(mark) >= expires) throw expired();
    const { isRevoked, ...admitted } = await this.admission.admit({ issuer, subject, roles });
    if (isRevoked) throw revoked();
    return { ...admitted, tokenId: admitted.id };
  }

  async #read(token: string): Promise<Read> {
    const { issuer, audience, rules } = this.options;
    const mark = this.#time.see(this.#now());
    try {
      const { payload } = await jwtVerify(token, this.#keys.find, {
        ...{ algorithms: ALGORITHMS, issuer, audience },
        currentDate: new Date(this.#now()),
        clockTolerance: TOLERANCE,
        requiredClaims: ['sub', 'exp'],
      });
      const { sub = '', exp = 0 } = payload;
      if (sub.length === 0 || sub.length > LONGEST_SUBJECT || /\p{Cc}/u.test(sub)) throw invalid();
      const expires = (exp + TOLERANCE) * 1000;
      return this.#remember(token, { subject: sub, roles: rolesOf(payload, rules), expires, mark });
    } catch (fault) {
      if (fault instanceof errors.JWTExpired) {
        return this.#remember(token, { subject: '', roles: new Map(), expires: -Infinity, mark });
      }
      if (fault instanceof errors.JWTClaimValidationFailed && fault.claim === 'aud') {
        throw unauthorised('token-foreign', 'The issuer made this token for another audience than this ledger.');
      }
      if (fault instanceof errors.JOSEError) throw invalid();
      throw fault;
    }
  }

  /** Also one that has expired: it stays so when the clock steps back. */
  #remember(token: string, read: Read): Read {
    if (this.#remembered.size >= REMEMBERED) this.#remembered.clear();
    this.#remembered.set(token, read);
    return read;
  }

  #now = () => (this.options.clock?.() ?? new Date()).getTime();
}

const invalid = () => unauthorised('token-invalid', "The token cannot be verified with its issuer's keys.");

/** Asks whichever made the token. `iss` is read before the signature is, only to know whose keys to take. */
export function verifierOf(own: TokenVerifier, issuer?: string, theirs?: TokenVerifier): TokenVerifier {
  return { verify: (token) => (theirs && issuerOf(token) === issuer ? theirs : own).verify(token) };
}

function issuerOf(token: string): string | undefined {
  try {
    return decodeJwt(token).iss;
  } catch {
    return undefined;
  }
}

// ── Claims ──

/** Roles by project, in order, so that the same claims give the same. */
export function rolesOf(payload: JWTPayload, rules: readonly RoleRule[]): Map<string, readonly Role[]> {
  const fitting = rules.filter(({ claim, value }) => valuesOf(payload, claim).includes(value));
  const byProject = Map.groupBy(fitting, ({ project }) => project);
  return new Map(
    [...byProject].map(([project, given]) => [
      project,
      allRoles.filter((role) => given.some((rule) => rule.role === role)),
    ]),
  );
}

/** A text is one value, and the words of it (`scope`) are each one, too. */
function valuesOf(payload: JWTPayload, claim: string): string[] {
  const own = Object.hasOwn(payload, claim) ? payload[claim] : undefined;
  const found = own ?? claim.split('.').reduce<unknown>(inside, payload);
  if (typeof found === 'string') return [found, ...found.split(' ')];
  return Array.isArray(found) ? found.filter((one) => typeof one === 'string') : [];
}

const inside = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? (value as Record<string, unknown>)[key]
    : undefined;

// ── Keys ──

/** The issuer's keys, by its discovery document; fetched when first needed, and again where a key is not known. */
class IssuerKeys {
  #set: Promise<JWTVerifyGetKey> | undefined;
  #failedAt = -Infinity;

  constructor(
    private readonly issuer: string,
    private readonly cooldown = 30_000,
  ) {}

  /** Throws Problem 503 where the issuer does not answer; asks it again only after a pause. */
  readonly find: JWTVerifyGetKey = async (header, token) => {
    if (performance.now() - this.#failedAt < PAUSE) throw unreachable();
    try {
      const set = await (this.#set ??= this.#discover());
      return await set(header, token);
    } catch (fault) {
      if (isAboutToken(fault)) throw fault;
      this.#failedAt = performance.now();
      throw unreachable();
    }
  };

  async #discover(): Promise<JWTVerifyGetKey> {
    try {
      const address = `${this.issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
      const response = await fetch(address, { redirect: 'error', signal: AbortSignal.timeout(PATIENCE) });
      if (!response.ok) throw new Error(`${address} answers ${response.status}`);
      const { issuer, jwks_uri: keys } = (await response.json()) as { issuer?: unknown; jwks_uri?: unknown };
      if (issuer !== this.issuer || typeof keys !== 'string' || !isSafe(keys)) throw new Error(`${address} is not its`);
      return createRemoteJWKSet(new URL(keys), { timeoutDuration: PATIENCE, cooldownDuration: this.cooldown });
    } catch (fault) {
      this.#set = undefined;
      throw fault;
    }
  }
}

const isAboutToken = (fault: unknown) =>
  fault instanceof errors.JWKSNoMatchingKey ||
  fault instanceof errors.JWKSMultipleMatchingKeys ||
  fault instanceof errors.JOSENotSupported ||
  fault instanceof errors.JWSInvalid;

const unreachable = () =>
  notNow('The issuer of this token does not answer, so that it cannot be verified now.', 'issuer-unreachable', 5);

/** https, or http on this machine: keys that travel in the clear are anybody's. */
export function isSafe(address: string): boolean {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  const isLoopback = url && /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname);
  return url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback === true);
}
