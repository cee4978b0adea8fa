import type { DatabaseFacts } from '#postgres/src/database-facts.js';
import { bytes, checkDisk, checkGuards, checkProjections, type Disk, type Finding } from '#hosting/src/finding.js';
import { count } from '../cli/terminal.js';

/** What the doctor looks at. `doctor-facts.ts` gathers it; the checks below judge it, and do nothing else. */
export interface Facts {
  now: Date;
  program: { version: string; node: string };
  running: Running;
  disks: readonly Disk[];
  secrets: readonly Secret[];
  /** The administrator's token: until when it holds; undefined where there is none that can be read. */
  adminToken: { file: string; expires?: Date };
  /** A PostgreSQL of the data folder that runs though no Attest does. */
  orphan?: { pid: number };
  /** The log of the settings, as databases name it, and why it does not answer, where it is beside the database. */
  log: { name: string; fault?: string };
  /** Or why it could not be looked at. */
  database: DatabaseFacts | { fault: string };
}

/** `silent` = something holds the data folder and answers nobody. */
export type Running =
  | { state: 'no' }
  | { state: 'silent'; holder: string }
  | { state: 'yes'; url: string; pid: number; version?: string; reasons: string[] };

export interface Secret {
  path: string;
  /** Permission bits. */
  mode: number;
  isFolder: boolean;
}

/** Everything that was found, the worst first. */
export function examine(facts: Facts): Finding[] {
  const levels = ['wrong', 'soon', 'well'];
  return checks.flatMap((check) => check(facts)).sort((a, b) => levels.indexOf(a.level) - levels.indexOf(b.level));
}

type Check = (facts: Facts) => Finding | Finding[];

const well = (about: string, says: string): Finding => ({ about, level: 'well', says });
const soon = (about: string, says: string, todo: string): Finding => ({ about, level: 'soon', says, todo });
const wrong = (about: string, says: string, todo: string): Finding => ({ about, level: 'wrong', says, todo });

// ── The program ──

export const checkRunning: Check = ({ running, program }) => {
  const about = 'application';
  if (running.state === 'no') return well(about, 'Attest does not run on this data folder at the moment.');
  if (running.state === 'silent') {
    const says = `${running.holder} holds the data folder, and answers nobody.`;
    return wrong(about, says, 'If it has not just been started: look at what it logged, end it, and start it again.');
  }
  const { url, pid, version, reasons } = running;
  // What the database or a register lacks is found where it is looked at.
  const own = reasons.filter((reason) => !reason.startsWith('The database'));
  if (own.length > 0) {
    return own.map((reason) => wrong(about, reason, 'Look at what Attest logged; it tries again by itself.'));
  }
  if (version !== undefined && version !== program.version) {
    const says = `Attest ${version} answers at ${url} (process ${pid}); this program is ${program.version}.`;
    return soon(about, says, 'Start it again when nobody is in a hurry.');
  }
  return well(about, `Attest answers at ${url} (process ${pid}).`);
};

export const checkVersions: Check = ({ program, database }) => {
  const ours = `Attest ${program.version} on Node ${program.node}`;
  if ('fault' in database) return well('versions', `${ours}.`);
  const { server, schema } = database;
  const all = `${ours}, PostgreSQL ${server}, schema ${schema.run}`;
  if (schema.run > schema.known) {
    const says = `${all}: this program knows schemas up to ${schema.known} only.`;
    return wrong('versions', says, 'Run the newer version of Attest that brought the database there.');
  }
  if (schema.run < schema.known) {
    return soon('versions', `${all}: this program brings schema ${schema.known}.`, 'The next start brings it there.');
  }
  if (Number.parseInt(server) < 18) {
    return wrong('versions', `${all}: Attest is tested with PostgreSQL 18 or later.`, 'Upgrade the server.');
  }
  return well('versions', `${all}.`);
};

// ── The database ──

export const checkDatabase: Check = ({ database }) => {
  if (!('fault' in database)) return well('database', `The database answers: ${count(database.log.events)} events.`);
  const todo =
    'Look at logs/postgres.log in the data folder, or, with DATABASE_URL, whether that server can be reached.';
  return wrong('database', `The database cannot be looked at: ${database.fault.replace(/\.$/, '')}.`, todo);
};

export const checkDurability: Check = ({ database }) => {
  if ('fault' in database) return [];
  const { fsync, fullPageWrites, synchronousCommit } = database.settings;
  const off = Object.entries({ fsync, full_page_writes: fullPageWrites, synchronous_commit: synchronousCommit })
    .filter(([, value]) => value === 'off')
    .map(([name]) => name);
  if (off.length === 0)
    return well('durability', 'What is acknowledged is on disk: the settings of PostgreSQL say so.');
  const says = `PostgreSQL runs with ${off.join(', ')} off: a loss of power takes away what was acknowledged.`;
  return wrong(
    'durability',
    says,
    `Set ${off.map((name) => `${name} = on`).join(', ')} in postgresql.conf, and reload.`,
  );
};

export const checkRegisters: Check = ({ database, running }) => {
  if ('fault' in database) return [];
  const found = checkProjections(database.projections);
  // Without a worker nothing moves; the next start catches up.
  return running.state === 'yes' ? found : found.filter(({ level }) => level !== 'soon');
};

export const checkLog: Check = ({ database, log: { name, fault } }) => {
  if ('fault' in database) return [];
  if (database.boundTo !== name) {
    const says = `The database belongs to the log ${database.boundTo}, and the settings name ${name}.`;
    return wrong('log', says, 'Set EVENT_STORE and ATTEST_LEDGER back, or carry the log over with attest log copy.');
  }
  if (fault === undefined) return [];
  return wrong(
    'log',
    `The log ${name} cannot be followed: ${fault.replace(/\.$/, '')}.`,
    'Look whether KURRENTDB_URL can be reached. Nothing that was taken away there is passed over: put it back.',
  );
};

export const checkPassed: Check = ({ database }) => ('fault' in database ? [] : checkGuards(database.guards));

export const checkOrphan: Check = ({ orphan }) => {
  if (!orphan) return [];
  const says = `PostgreSQL (process ${orphan.pid}) still runs though no Attest does: it was left behind by a start that was killed.`;
  return soon('database', says, 'Nothing is lost: the next start uses it on, and ends it with itself.');
};

// ── The clock ──

/** Milliseconds. */
const ASTRAY = 5_000;

export const checkClock: Check = ({ database }) => {
  if ('fault' in database) return [];
  const { clock, log } = database;
  const behind = log.latest ? log.latest.getTime() - clock.database.getTime() : 0;
  if (behind > ASTRAY) {
    const says = `The database's clock (${clock.database.toISOString()}) is ${span(behind)} behind the newest event.`;
    const todo =
      'Set the clock right. What is recorded until it has caught up counts as known at the moment of that event, so that order and as-of answers stay.';
    return wrong('clock', says, todo);
  }
  const apart = Math.abs(clock.database.getTime() - clock.ours.getTime());
  if (apart > ASTRAY) {
    const says = `This machine's clock and the database's are ${span(apart)} apart.`;
    return soon(
      'clock',
      says,
      'Let both machines set their clocks by NTP: tokens hold by the one, events by the other.',
    );
  }
  return well('clock', 'The clocks agree, and are not behind the log.');
};

// ── Secrets ──

export const isOpen = ({ mode }: Secret): boolean => (mode & 0o077) !== 0;

export const checkSecrets: Check = ({ secrets }) => {
  const open = secrets.filter(isOpen);
  if (open.length === 0) return well('secrets', 'Keys, passwords and tokens can be read by their owner only.');
  const named = open.map(({ path, mode }) => `${path} (${(mode & 0o777).toString(8)})`).join(', ');
  const todo =
    'attest doctor --mend closes them. If others use this machine: make new tokens, they may have been read.';
  return wrong('secrets', `Others than the owner may use ${named}.`, todo);
};

const DAY = 86_400_000;

export const checkAdminToken: Check = ({ adminToken: { file, expires }, now }) => {
  const about = 'token';
  const todo = 'attest start makes a new one when it finds that the old one holds no more.';
  if (!expires) return soon(about, `There is no administrator's token in ${file}.`, todo);
  const left = expires.getTime() - now.getTime();
  if (left <= 0) return soon(about, `The administrator's token in ${file} ended on ${day(expires)}.`, todo);
  if (left < 14 * DAY) return soon(about, `The administrator's token in ${file} ends on ${day(expires)}.`, todo);
  return well(about, `The administrator's token holds until ${day(expires)}.`);
};

// ── Space ──

export const checkSpace: Check = ({ disks }) => disks.map(checkDisk);

/** Below these a rate would be made of chance. */
const FEW_EVENTS = 1_000;
const FEW_DAYS = 7;
const WINDOW = 30;

export const checkForecast: Check = ({ database, disks, now }) => {
  if ('fault' in database) return [];
  const { log, bytes: size } = database;
  const held = `The database holds ${count(log.events)} events in ${bytes(size)}`;
  const age = log.since ? (now.getTime() - log.since.getTime()) / DAY : 0;
  if (log.events < FEW_EVENTS || log.recent === 0 || age < FEW_DAYS) {
    return well('forecast', `${held}: too little, or too new, to tell how fast it grows.`);
  }
  const perEvent = size / log.events;
  const perDay = log.recent / Math.min(WINDOW, age);
  const rate = `${held}, ${Math.round(perEvent)} bytes each with their registers; ${count(Math.ceil(perDay))} a day of late`;
  const disk = disks.find(({ holdsDatabase }) => holdsDatabase);
  if (!disk)
    return well('forecast', `${rate}, so ${bytes(perEvent * perDay)} a day. Its disk cannot be seen from here.`);
  const days = disk.free / (perEvent * perDay);
  const says = `${rate}: at this rate the disk is full ${days > 3_650 ? 'in more than ten years' : `in ${Math.floor(days)} days`}.`;
  if (days >= 180) return well('forecast', says);
  return (days < 30 ? wrong : soon)('forecast', says, 'Make room, or move the data folder to a larger disk.');
};

const checks: readonly Check[] = [
  ...[
    checkRunning,
    checkVersions,
    checkDatabase,
    checkLog,
    checkOrphan,
    checkDurability,
    checkPassed,
    checkRegisters,
    checkClock,
  ],
  ...[checkSecrets, checkAdminToken, checkSpace, checkForecast],
];

const day = (date: Date) => date.toISOString().slice(0, 10);

function span(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1_000);
  if (seconds < 120) return `${seconds} s`;
  return seconds < 7_200 ? `${Math.round(seconds / 60)} minutes` : `${Math.round(seconds / 3_600)} hours`;
}
