import { resolve } from 'node:path';
import { logLevels, type LogLevel } from '#http';

/** What an operator decides, parsed once at start. Nothing else reads the environment. */
export interface Settings {
  /** Holds the embedded database, keys, the administrator's token. */
  dataFolder: string;
  host: string;
  /** 0 = any free one. */
  port: number;
  /** Whether to take a free port where this one is taken. */
  mayMove: boolean;
  logLevel: LogLevel;
  /** A PostgreSQL of one's own, in the place of the embedded one. */
  database?: { url: string; ownerUrl: string };
}

/** A setting that cannot be meant; the message is one line for the operator. */
export class WrongSetting extends Error {
  override readonly name = 'WrongSetting';
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Flags win over the environment. Throws WrongSetting. */
export function readSettings(
  environment: Environment,
  flags: { port?: string; data?: string } = {},
  isTerminal = false,
): Settings {
  const { ATTEST_DATA, ATTEST_HOST, ATTEST_PORT, LOG_LEVEL } = environment;
  const named = flags.port !== undefined ? '--port' : 'ATTEST_PORT';
  return {
    dataFolder: resolve(flags.data ?? (ATTEST_DATA || './data')),
    host: ATTEST_HOST || '127.0.0.1',
    port: portOf(named, (flags.port ?? ATTEST_PORT) || '3000'),
    mayMove: flags.port === undefined,
    // On a terminal people read what is said to them; requests are logged there when asked for.
    logLevel: levelOf(LOG_LEVEL || (isTerminal ? 'warn' : 'info')),
    database: databaseOf(environment),
  };
}

function portOf(name: string, value: string): number {
  const port = /^\d{1,5}$/.test(value) ? Number(value) : NaN;
  if (port <= 65_535) return port;
  throw new WrongSetting(`${name} is "${value}": it takes a port from 0 (any free one) to 65535.`);
}

function levelOf(value: string): LogLevel {
  const level = logLevels.find((one) => one === value);
  if (level) return level;
  throw new WrongSetting(`LOG_LEVEL is "${value}": it takes one of ${logLevels.join(', ')}.`);
}

function databaseOf({ DATABASE_URL, DATABASE_OWNER_URL }: Environment): Settings['database'] {
  if (!DATABASE_URL && !DATABASE_OWNER_URL) return undefined;
  if (!DATABASE_URL)
    throw new WrongSetting("DATABASE_OWNER_URL is set without DATABASE_URL, which names the application's role.");
  if (!DATABASE_OWNER_URL) {
    throw new WrongSetting(
      'DATABASE_URL is set without DATABASE_OWNER_URL, whose role owns the tables and brings them up to date.',
    );
  }
  const url = urlOf('DATABASE_URL', DATABASE_URL);
  const owner = urlOf('DATABASE_OWNER_URL', DATABASE_OWNER_URL);
  if (url.username === owner.username) {
    throw new WrongSetting(
      'DATABASE_URL and DATABASE_OWNER_URL name the same role: the application needs one that may not change the log.',
    );
  }
  return { url: DATABASE_URL, ownerUrl: DATABASE_OWNER_URL };
}

/** The value is not repeated: it holds a password. */
function urlOf(name: string, value: string): URL {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url && /^postgres(ql)?:$/.test(url.protocol) && url.username !== '') return url;
  throw new WrongSetting(`${name} is not a URL of PostgreSQL: postgres://role:password@host:5432/database.`);
}

// ── Spans of time ──

const units: Record<string, number> = { m: 60, h: 3_600, d: 86_400, w: 604_800 };

/** `30d`, `12h`, `2w`, `90m` as seconds. Throws WrongSetting. */
export function readSpan(name: string, value: string): number {
  const [, count, unit] = /^([1-9]\d{0,4})([mhdw])$/.exec(value) ?? [];
  if (count && unit) return Number(count) * (units[unit] as number);
  throw new WrongSetting(`${name} is "${value}": it takes a number and a unit, such as 90m, 12h, 30d or 2w.`);
}
