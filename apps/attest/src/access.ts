import {
  AccessDesk,
  AssertedAccess,
  KnownGrants,
  type Actors,
  type Caller,
  type IssuedToken,
  type TokenRequest,
} from '#access';
import type { Provider } from '@nestjs/common';
import { newId, type EventStore, type Recorder } from '#event-sourcing';
import { OidcTokens, Tokens, verifierOf, type TokenVerifier } from '#http';
import { ensureAdminToken, signingKey } from './data-folder.js';
import { watchGrants } from './grant-watch.js';
import type { Settings } from './settings/settings.js';

/** Who may do what, as one process knows it. */
export interface Access {
  verifier: TokenVerifier;
  adminTokenFile: string;
  /** As the application itself. `expiresIn`: seconds. One name is one actor. */
  createToken(request: TokenRequest): Promise<IssuedToken>;
  /** What the routes of tokens ask for. */
  providers: Provider[];
}

interface Ports {
  store: EventStore;
  recorder: Recorder;
  actors: Actors;
  /** The application's own actor: it makes the first administrator, and records what an issuer says. */
  self: string;
  signal: AbortSignal;
}

/** Reads the grants of the log, and sees to it that there is an administrator. */
export async function openAccess(
  { dataFolder, oidc }: Pick<Settings, 'dataFolder' | 'oidc'>,
  { store, recorder, actors, self, signal }: Ports,
): Promise<Access> {
  const grants = new KnownGrants(() => new Date());
  await watchGrants(store, grants, signal);
  const own = Tokens.fromPem(signingKey(dataFolder), grants);
  const desk = new AccessDesk(recorder, store, grants, actors, (claims) => own.issue(claims));
  const asserted = new AssertedAccess(recorder, desk, self, newId);
  const createToken = (request: TokenRequest) => desk.issue(request, callerAs(self), true);
  return {
    verifier: oidc ? verifierOf(own, oidc.issuer, new OidcTokens(oidc, asserted)) : own,
    adminTokenFile: await ensureAdminToken(dataFolder, own, createToken),
    createToken,
    providers: [{ provide: AccessDesk, useValue: desk }],
  };
}

const callerAs = (actor: string): Caller => ({
  ...{ actor, roles: [], idempotencyKey: newId(), correlationId: newId() },
});
