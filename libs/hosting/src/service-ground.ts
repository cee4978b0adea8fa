import { hostname } from 'node:os';
import { randomUUID } from 'node:crypto';
import { ownName } from '#access';
import { bindings } from '#catalogue';
import type { Binding, Recorder } from '#event-sourcing';
import { refuseOtherSchema } from '#postgres/src/schema-check.js';
import { openAccess, type Access } from './access.js';
import { Backend, PostgresActors } from './backend.js';
import { readKey } from './data-folder.js';
import type { LedgerPlace } from './ledger-store.js';
import { placesOf, refuseTaken, type Place } from './listening.js';
import { refuseOtherLog } from './log-binding.js';
import { Metrics } from './metrics/metrics.js';
import type { ServiceStart } from './service.js';
import type { Service } from './settings/setting.js';
import { unansweredNow } from './unanswered.js';
import { openRecorder, openTraces, traceSettingsOf, type Watching } from './watching.js';

/** What every service stands on: a ledger that was set up, on a PostgreSQL of the operator's. */
export interface Ground {
  place: LedgerPlace;
  backend: Backend;
  ledgerSecret: Buffer;
  watching: Watching;
  places: { http: Place; metrics?: Place };
  /** In leases, of this process alone: others may have started on the same host. */
  holder: string;
}

/** Rejects with one line for the operator: a taken port, or a database that is not the one, or not as this program needs it. */
export async function openGround(service: Service, { settings, ends }: ServiceStart): Promise<Ground> {
  const places = placesOf(settings);
  for (const one of Object.values(places)) if (one) await refuseTaken(one);
  const place = { connection: { connectionString: settings.databaseUrl }, log: settings.log };
  await refuseOtherSchema(place.connection, 'DATABASE_URL');
  await refuseOtherLog(place);
  const watching = {
    metrics: settings.metrics === 'off' ? undefined : new Metrics(service),
    traces: await openTraces(traceSettingsOf(settings), service),
  };
  ends.push(() => watching.traces?.end());
  const backend = await Backend.open(place, `attest ${service}`, watching);
  ends.push(() => backend.close());
  const holder = `${service} ${hostname()} ${randomUUID()}`;
  return { place, backend, ledgerSecret: await backend.ledgerSecret(), watching, places, holder };
}

/** What answers requests: who may ask, and what records. */
export interface Answering {
  bound: readonly Binding[];
  recorder: Recorder;
  access: Access;
  /** The application's own actor. */
  self: string;
}

export async function openAnswering(
  { backend, ledgerSecret, watching }: Ground,
  { settings, ends }: ServiceStart,
): Promise<Answering> {
  const key = readKey(settings.signingKey!);
  const { store } = backend;
  const bound = bindings(unansweredNow(backend));
  const recorder = openRecorder(watching, store, ledgerSecret, bound);
  const actors = new PostgresActors(() => backend);
  const self = await actors.idOf(ownName);
  const ending = new AbortController();
  ends.push(() => ending.abort());
  const ports = { store, recorder, actors, self, signal: ending.signal };
  return { bound, recorder, self, access: await openAccess({ key, oidc: settings.oidc, isShared: true }, ports) };
}
