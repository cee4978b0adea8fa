import { hostname } from 'node:os';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { bindings } from '#catalogue';
import { CatalogueModule } from '#catalogue/src/catalogue.module.js';
import { Ledger, Recorder } from '#event-sourcing';
import { createHttpApp, createLogger, TokenIssuer, Tokens, type IssuedToken, type TokenRequest } from '#http';
import { lockFolder } from '#postgres/src/folder-lock.js';
import { ReportPress } from '#reports';
import { Backend, livePorts, PostgresActors } from './backend.js';
import { ensureAdminToken, forgetRunning, noteRunning, signingKey } from './data-folder.js';
import { openDatabase } from './database.js';
import { compiledMain, programVersion } from './program.js';
import { AttestReadiness } from './readiness.js';
import type { Settings } from './settings.js';
import { unansweredNow } from './unanswered.js';
import { WorkerProcess } from './worker-process.js';

export interface Attest {
  url: string;
  dataFolder: string;
  adminTokenFile: string;
  /** `expiresIn`: seconds. One name is one actor. */
  createToken(request: TokenRequest): Promise<IssuedToken>;
  /** Of the worker; undefined between a death and the next start. For tests. */
  workerPid(): number | undefined;
  /** Answers what is under way, then ends everything that was started. Doing it twice is harmless. */
  close(): Promise<void>;
}

/** Milliseconds that connections get to end by themselves. */
const LAST_CALL = 10_000;

/**
 * Starts the whole of Attest on a data folder: PostgreSQL, migrations, keys, the worker, HTTP. Rejects with one sentence
 * for the operator; what was started until then is ended. `say` gets lines for people.
 */
export async function startAttest(settings: Settings, say: (line: string) => void = () => undefined): Promise<Attest> {
  const ends: (() => unknown)[] = [];
  const endAll = async () => {
    for (const end of ends.splice(0).reverse()) await end();
  };
  try {
    return await start(settings, say, ends, endAll);
  } catch (fault) {
    await endAll();
    throw fault;
  }
}

async function start(
  settings: Settings,
  say: (line: string) => void,
  ends: (() => unknown)[],
  endAll: () => Promise<void>,
): Promise<Attest> {
  const { dataFolder, logLevel } = settings;
  const lock = lockFolder(dataFolder);
  ends.push(() => lock.release());
  const database = await openDatabase(settings, say);
  ends.push(() => database.stop());

  let backend = new Backend(database.connection(), 'attest');
  ends.push(() => backend.close());
  const ports = livePorts(() => backend);
  const { store, readModels, ledger } = ports;
  const ledgerSecret = await backend.store.ledgerSecret();
  const actors = new PostgresActors(() => backend);
  const tokens = Tokens.fromPem(signingKey(dataFolder));
  const tokenIssuer = new TokenIssuer(tokens, actors);
  const adminTokenFile = await ensureAdminToken(dataFolder, tokens, tokenIssuer);

  const actor = await actors.idOf('Attest');
  const holder = `${hostname()}:${dataFolder}`;
  const begin = () => ({ kind: 'begin', connection: database.connection(), holder, actor, logLevel }) as const;
  const worker = new WorkerProcess(compiledMain(), begin, say);
  worker.start();
  ends.push(() => worker.stop());
  database.onMoved(() => {
    const former = backend;
    backend = new Backend(database.connection(), 'attest');
    void former.close();
    worker.restart();
  });

  const bound = bindings(unansweredNow(ports));
  const logger = createLogger(logLevel);
  const app = await createHttpApp({
    ports: {
      store,
      readModels,
      recorder: new Recorder(store, ledgerSecret, bound),
      bindings: bound,
      readiness: new AttestReadiness(() => backend, worker),
      tokenIssuer,
      others: [
        { provide: Ledger, useValue: ledger },
        { provide: ReportPress, useValue: worker },
      ],
    },
    slices: [CatalogueModule],
    tokens,
    logger,
    version: programVersion(),
  });
  ends.push(() => closeHttp(app));
  const url = await listen(app, settings, say);
  noteRunning(dataFolder, { url, pid: process.pid });
  ends.push(() => forgetRunning(dataFolder));

  let closing: Promise<void> | undefined;
  return {
    url,
    dataFolder,
    adminTokenFile,
    createToken: (request) => tokenIssuer.issue(request),
    workerPid: () => worker.pid,
    close: () => (closing ??= endAll()),
  };
}

async function listen(
  app: NestFastifyApplication,
  { host, port, mayMove }: Settings,
  say: (line: string) => void,
): Promise<string> {
  try {
    await app.listen(port, host);
  } catch (fault) {
    const { code } = fault as NodeJS.ErrnoException;
    if (code !== 'EADDRINUSE') {
      throw new Error(`Attest cannot listen at ${host} port ${port} (${code}): name another.`, { cause: fault });
    }
    const taken = `Port ${port} is taken by another program`;
    if (!mayMove) throw new Error(`${taken}: end that, or name another port.`, { cause: fault });
    await app.listen(0, host);
    say(`${taken}; a free one is used instead.`);
  }
  const address = app.getHttpServer().address() as { port: number };
  // What listens everywhere can be reached here.
  const named = ['0.0.0.0', '::'].includes(host) ? '127.0.0.1' : host;
  return `http://${named.includes(':') ? `[${named}]` : named}:${address.port}`;
}

/** Stops accepting; what is under way is answered. A client that keeps its connection open is not waited for. */
async function closeHttp(app: NestFastifyApplication): Promise<void> {
  const server = app.getHttpServer();
  // Fastify ends idle connections once; those that were still answering then would stay open.
  const sweeping = setInterval(() => server.closeIdleConnections(), 50);
  const timer = setTimeout(() => server.closeAllConnections(), LAST_CALL);
  await app.close();
  clearInterval(sweeping);
  clearTimeout(timer);
}
