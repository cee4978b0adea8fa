import type { Provider } from '@nestjs/common';
import {
  AccessDesk,
  AssertedAccess,
  KnownGrants,
  type Actors,
  type Caller,
  type IssuedToken,
  type TokenRequest,
} from '#access';
import { newId, type EventStore, type Recorder } from '#event-sourcing';
import { OidcTokens, Tokens, verifierOf, type TokenVerifier } from '#http';
import { GrantWatch } from './grant-watch.js';
import type { OidcSettings } from './settings/oidc-settings.js';

/** Who may do what, as one process knows it. */
export interface Access {
  verifier: TokenVerifier;
  /** Of the tokens that this ledger issues. */
  own: TokenVerifier;
  /** As the application itself. `expiresIn`: seconds. One name is one actor. The same key answers the same token. */
  createToken(request: TokenRequest, key?: string): Promise<IssuedToken>;
  /** What the routes of tokens ask for. */
  providers: Provider[];
}

export interface AccessOptions {
  /** The key of tokens, in PEM. */
  key: string;
  oidc?: OidcSettings;
  /**
   * Whether other processes grant and revoke while this one answers: then the log is asked before a token counts, so that what
   * one of them has revoked holds nowhere any more.
   */
  isShared?: boolean;
}

interface Ports {
  store: EventStore;
  recorder: Recorder;
  actors: Actors;
  /** The application's own actor: it makes the first administrator, and records what an issuer says. */
  self: string;
  signal: AbortSignal;
}

/** Reads the grants of the log, and goes on reading them until the signal. */
export async function openAccess({ key, oidc, isShared = false }: AccessOptions, ports: Ports): Promise<Access> {
  const { store, recorder, actors, self, signal } = ports;
  const grants = new KnownGrants(() => new Date());
  const watch = await GrantWatch.begin(store, grants, signal);
  const own = Tokens.fromPem(key, grants);
  const desk = new AccessDesk(recorder, store, grants, knowing(actors, watch), (claims) => own.issue(claims));
  const asserted = new AssertedAccess(recorder, desk, self, newId);
  const verifier = oidc ? verifierOf(own, oidc.issuer, new OidcTokens(oidc, asserted)) : own;
  return {
    verifier: isShared ? asOfNow(verifier, watch) : verifier,
    own,
    createToken: (request, idempotencyKey = newId()) => desk.issue(request, callerAs(self, idempotencyKey), true),
    providers: [{ provide: AccessDesk, useValue: desk }],
  };
}

const asOfNow = (verifier: TokenVerifier, watch: GrantWatch): TokenVerifier => ({
  verify: async (token) => {
    await watch.look();
    return verifier.verify(token);
  },
  recall: (token) => verifier.verify(token),
});

/** Whoever is alone knows what those before granted, in whatever process. */
const knowing = (actors: Actors, watch: GrantWatch): Actors => ({
  idOf: (name) => actors.idOf(name),
  idsOf: (name) => actors.idsOf(name),
  make: (name) => actors.make(name),
  namesOf: (ids) => actors.namesOf(ids),
  alone: (work) => actors.alone(() => watch.look().then(work)),
});

const callerAs = (actor: string, idempotencyKey: string): Caller => ({
  ...{ actor, roles: [], idempotencyKey, correlationId: newId() },
});
