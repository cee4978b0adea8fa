import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { startEmbedded } from '#postgres/src/embedded-server.js';
import { migrate } from '#postgres/src/migrations.js';
import { bindToLog } from './log-binding.js';
import type { Settings } from './settings/settings.js';

export const APP_ROLE = 'attest_app';
const LONGEST_PAUSE = 5_000;

/** The database that is up to date and answers, as the application's role. */
export interface Database {
  connection(): pg.ClientConfig;
  /** As the role that owns the tables: for copies alone. */
  owner(): pg.ClientConfig;
  /** Calls back each time it has come back after it died, at another address. */
  onMoved(callback: () => void): void;
  stop(): Promise<void>;
}

type Given = Pick<Settings, 'dataFolder' | 'database' | 'log'>;

/** Up to date, and bound to the log of the settings. Throws WrongSetting where it belongs to another log. */
export async function openDatabase(settings: Given, say: (line: string) => void): Promise<Database> {
  const opened = await openUnbound(settings, say);
  try {
    await bindToLog(opened.owner(), { connection: opened.connection(), log: settings.log });
    return opened;
  } catch (fault) {
    await opened.stop();
    throw fault;
  }
}

/** The same, whatever log it belongs to: for copies. */
export function openUnbound(
  { dataFolder, database }: Omit<Given, 'log'>,
  say: (line: string) => void,
): Promise<Database> {
  return database ? openServer(database) : openEmbedded(dataFolder, say);
}

/** One of the operator's own; its roles are the operator's, too. Rejects with a line that says which setting it is of. */
async function openServer({ url, ownerUrl }: NonNullable<Settings['database']>): Promise<Database> {
  const role = new URL(url);
  const options = {
    appRole: decodeURIComponent(role.username),
    appPassword: decodeURIComponent(role.password) || undefined,
    keepsPassword: true,
  };
  await of('DATABASE_OWNER_URL', migrate({ connectionString: ownerUrl }, options));
  await of('DATABASE_URL', findLedger({ connectionString: url }));
  return {
    connection: () => ({ connectionString: url }),
    owner: () => ({ connectionString: ownerUrl }),
    onMoved: () => undefined,
    stop: () => Promise.resolve(),
  };
}

async function of(setting: string, work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (fault) {
    const { message, code } = fault as Error & { code?: string };
    // What has a code comes from the driver or the server, and does not say what it was about.
    throw code === undefined
      ? fault
      : new Error(`The database of ${setting} cannot be used: ${message}.`, { cause: fault });
  }
}

/** Throws where the role may not connect, or connects to another database than the one that was migrated. */
async function findLedger(connection: pg.ClientConfig): Promise<void> {
  const client = new pg.Client({ connectionTimeoutMillis: 10_000, ...connection });
  client.on('error', () => undefined);
  await client.connect();
  try {
    const { rows } = await client.query<{ ledger: string | null }>(`select to_regclass('public.ledger') as ledger`);
    if (rows[0]?.ledger === null) {
      throw new Error('DATABASE_URL and DATABASE_OWNER_URL do not name the same database: the first has no ledger.');
    }
  } finally {
    await client.end();
  }
}

/** The embedded one. When it dies under us it is started again; until then the adapters answer "not now". */
async function openEmbedded(dataFolder: string, say: (line: string) => void): Promise<Database> {
  let moved = () => {};
  let isStopping = false;
  const start = async () => {
    const started = await startEmbedded({ dataFolder, say });
    const appPassword = started.appPassword;
    try {
      await migrate(started.connection, { appRole: APP_ROLE, appPassword });
    } catch (fault) {
      await started.stop();
      throw fault;
    }
    return started;
  };
  const revive = async () => {
    if (isStopping) return;
    say('PostgreSQL ended though nobody asked it to; it is started again.');
    for (let pause = 100; !isStopping; pause = Math.min(2 * pause, LONGEST_PAUSE)) {
      try {
        server = await start();
        server.onExit(() => void revive());
        if (isStopping) return await server.stop();
        say('PostgreSQL is back.');
        return moved();
      } catch (fault) {
        say(`PostgreSQL does not start: ${fault instanceof Error ? fault.message : String(fault)}`);
        await delay(pause, undefined, { ref: false });
      }
    }
  };
  let server = await start();
  server.onExit(() => void revive());
  return {
    connection: () => ({ ...server.connection, user: APP_ROLE, password: server.appPassword }),
    owner: () => ({ ...server.connection }),
    onMoved: (callback) => (moved = callback),
    async stop() {
      isStopping = true;
      await server.stop();
    },
  };
}
