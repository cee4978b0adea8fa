import { resolve } from 'node:path';
import { baseSettings } from './base-settings.js';
import { engineSettings, kafkaOf, logOf, type KafkaSettings, type LogSettings } from './engine-settings.js';
import { oidcOf, type OidcSettings } from './oidc-settings.js';
import { serviceSettings } from './service-settings.js';
import { nearest, readForm, span, WrongSetting } from './setting-forms.js';
import { ownSettingsOf, type ServiceSettings } from './own-settings.js';
import type { Given, Optional, Process, Service, Setting } from './setting.js';

export { WrongSetting } from './setting-forms.js';

/** The one table: parsing, `attest start --help` and docs/settings.md come from it. A new setting is one entry. */
export const settingsTable = { ...baseSettings, ...engineSettings, ...serviceSettings };

type Values = { [Key in keyof typeof settingsTable]: ValueOf<(typeof settingsTable)[Key]> };
type ValueOf<S> = S extends Given<infer T> ? T : S extends Optional<infer T> ? T | undefined : never;

type Joined =
  | ('databaseUrl' | 'databaseOwnerUrl' | 'oidcIssuer' | 'oidcAudience' | 'oidcRoles' | 'eventStore' | 'kurrentdbUrl')
  | Extract<keyof Values, `kafka${string}`>;

export interface Settings extends Omit<Values, Joined> {
  /** Whether to take a free port where the usual one is taken: nobody named one. */
  mayMove: boolean;
  metricsMayMove: boolean;
  /** A PostgreSQL of one's own, in the place of the embedded one. */
  database?: { url: string; ownerUrl: string };
  /** An issuer of tokens beside our own. */
  oidc?: OidcSettings;
  log: LogSettings;
  /** Where the log is published. */
  kafka?: KafkaSettings;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** By their flags' names without dashes: `{ port: '8080' }`. They win over the environment. */
type Flags = Readonly<Record<string, string | undefined>>;

/** Throws WrongSetting, also where a variable looks like a setting and is none. Empty counts as not set. */
export function readSettings(environment: Environment, flags?: Flags, isTerminal?: boolean): Settings;
export function readSettings(
  environment: Environment,
  flags: Flags,
  isTerminal: boolean,
  of: Service | 'attest setup',
): ServiceSettings;
export function readSettings(
  environment: Environment,
  flags: Flags = {},
  isTerminal = false,
  of: Process = 'attest start',
): Settings | ServiceSettings {
  refuseUnknown(environment);
  const isNamed = ({ name, flag }: Setting<unknown>) =>
    Boolean(environment[name]) || (flag !== undefined && flags[flag.slice(2)] !== undefined);
  const read = Object.entries(settingsTable).map(([key, setting]: [string, Setting<unknown>]) => {
    const given = setting.takenBy === undefined || setting.takenBy.includes(of) ? environment : {};
    return [key, valueOf(setting, given, flags, isTerminal)];
  });
  const { databaseUrl, databaseOwnerUrl, oidcIssuer, oidcAudience, oidcRoles, dataFolder, ...others } =
    Object.fromEntries(read) as Values;
  const { eventStore, kurrentdbUrl, kafkaBrokers, kafkaTls, kafkaSasl, kafkaUsername, kafkaPassword, ...rest } = others;
  const { kafkaReplication, kafkaPartitions, ...values } = rest;
  const needing = [
    ...(values.projectFrom === 'kafka' ? ['ATTEST_PROJECT_FROM=kafka'] : []),
    ...(values.inbox === 'on' ? ['ATTEST_INBOX=on'] : []),
  ];
  const settings = {
    ...values,
    log: logOf(eventStore, kurrentdbUrl, values.ledgerName),
    kafka: kafkaOf({
      ...{ brokers: kafkaBrokers, ledger: values.ledgerName, tls: kafkaTls === 'on', mechanism: kafkaSasl, needing },
      ...{
        username: kafkaUsername,
        password: kafkaPassword,
        replication: kafkaReplication,
        partitions: kafkaPartitions,
      },
    }),
    dataFolder: resolve(dataFolder),
    mayMove: of === 'attest start' && !isNamed(settingsTable.port),
    metricsMayMove: of === 'attest start' && !isNamed(settingsTable.metrics),
    oidc: oidcOf(oidcIssuer, oidcAudience, oidcRoles),
  };
  if (of === 'attest start') return { ...settings, database: databaseOf(databaseUrl, databaseOwnerUrl) };
  const hasOwner = Boolean(environment[settingsTable.databaseOwnerUrl.name]);
  return ownSettingsOf(of, { ...settings, databaseUrl, databaseOwnerUrl, hasOwner });
}

function valueOf(of: Setting<unknown>, environment: Environment, flags: Flags, isTerminal: boolean): unknown {
  const { name, form, flag, otherwise, onTerminal, isSecret } = of;
  const flagged = flag === undefined ? undefined : flags[flag.slice(2)];
  if (flagged !== undefined) return readForm(flag!, form, flagged, isSecret);
  const given = environment[name] || (isTerminal ? onTerminal : undefined) || otherwise;
  return given === undefined ? undefined : readForm(name, form, given, isSecret);
}

/** Of the variables that begin like ours; ATTEST_TEST_* are those of our own tests. */
function refuseUnknown(environment: Environment): void {
  const names = Object.values(settingsTable).map(({ name }) => name);
  const unknown = Object.keys(environment).find((name) => /^ATTEST_(?!TEST_)/.test(name) && !names.includes(name));
  if (unknown === undefined) return;
  const meant = nearest(unknown, names);
  const hint = meant ? `did you mean ${meant}?` : 'attest start --help lists them all.';
  throw new WrongSetting(`${unknown} is no setting; ${hint}`);
}

/** Throws WrongSetting where one is set without the other, or both name one role. */
export function databaseOf(url: string | undefined, ownerUrl: string | undefined): Settings['database'] {
  if (url === undefined && ownerUrl === undefined) return undefined;
  if (url === undefined)
    throw new WrongSetting("DATABASE_OWNER_URL is set without DATABASE_URL, which names the application's role.");
  if (ownerUrl === undefined) {
    throw new WrongSetting(
      'DATABASE_URL is set without DATABASE_OWNER_URL, whose role owns the tables and brings them up to date.',
    );
  }
  if (new URL(url).username === new URL(ownerUrl).username) {
    throw new WrongSetting(
      'DATABASE_URL and DATABASE_OWNER_URL name the same role: the application needs one that may not change the log.',
    );
  }
  return { url, ownerUrl };
}

/** Of a flag: `30d`, `12h`, `2w`, `90m`, `1y` as seconds. Throws WrongSetting. */
export const readSpan = (name: string, value: string): number => readForm(name, span, value);
