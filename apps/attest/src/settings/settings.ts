import { resolve } from 'node:path';
import { logLevels } from '#http';
import { issuerUrl, oidcOf, roleRules, type OidcSettings } from './oidc-settings.js';
import {
  addresses,
  addressOrOff,
  nearest,
  oneOf,
  port,
  postgresUrl,
  readForm,
  span,
  text,
  whole,
  WrongSetting,
  type Form,
} from './setting-forms.js';

export { WrongSetting } from './setting-forms.js';

/** What an operator decides, parsed once at start. Nothing else reads the environment. */
export interface Setting<T> {
  /** In the environment. */
  name: string;
  form: Form<T>;
  /** As one would write it; without it the setting may be left out, and is undefined. */
  otherwise?: string;
  /** In the place of `otherwise` where a person looks on. */
  onTerminal?: string;
  /** What it is for: sentences for the documentation, the first one for `--help`. */
  about: string;
  /** Its heading in the documentation. */
  group: 'Where things are' | 'Database' | 'People' | 'Limits' | 'Watching';
  /** The flag of `attest start` that wins over it. */
  flag?: string;
  /** Its value is never repeated. */
  isSecret?: boolean;
}

type Optional<T> = Omit<Setting<T>, 'otherwise'> & { otherwise?: undefined };
type Given<T> = Setting<T> & { otherwise: string };

function setting<T>(of: Given<T>): Given<T>;
function setting<T>(of: Optional<T>): Optional<T>;
function setting<T>(of: Setting<T>): Setting<T> {
  return of;
}

/** The one table: parsing, `attest start --help` and docs/settings.md come from it. A new setting is one entry. */
export const settingsTable = {
  dataFolder: setting({
    name: 'ATTEST_DATA',
    form: text('a folder'),
    otherwise: './data',
    flag: '--data',
    group: 'Where things are',
    about:
      "The data folder: the embedded database, keys, the administrator's token, logs. One Attest uses it at a time; it is made where it is missing.",
  }),
  host: setting({
    name: 'ATTEST_HOST',
    form: text('an address or name of this machine'),
    otherwise: '127.0.0.1',
    group: 'Where things are',
    about:
      'The address that HTTP is answered at. 0.0.0.0 is every address of this machine: then put something that speaks TLS before it, as tokens travel with each request.',
  }),
  port: setting({
    name: 'ATTEST_PORT',
    form: port,
    otherwise: '3000',
    flag: '--port',
    group: 'Where things are',
    about:
      'The port that HTTP is answered at. A port that is named and taken stops the start; without the setting a free one is used instead.',
  }),
  databaseUrl: setting({
    name: 'DATABASE_URL',
    form: postgresUrl,
    isSecret: true,
    group: 'Database',
    about:
      "A PostgreSQL of one's own (18), in the place of the embedded one: as the application's role, which may not change the log. Together with DATABASE_OWNER_URL.",
  }),
  databaseOwnerUrl: setting({
    name: 'DATABASE_OWNER_URL',
    form: postgresUrl,
    isSecret: true,
    group: 'Database',
    about:
      'The same database as another role, which owns the tables and brings them up to date at every start. Together with DATABASE_URL.',
  }),
  oidcIssuer: setting({
    name: 'ATTEST_OIDC_ISSUER',
    form: issuerUrl,
    group: 'People',
    about:
      'An OpenID Connect issuer whose access tokens (JWT) are taken beside our own. Its keys come from its discovery document. Together with ATTEST_OIDC_AUDIENCE and ATTEST_OIDC_ROLES.',
  }),
  oidcAudience: setting({
    name: 'ATTEST_OIDC_AUDIENCE',
    form: text('a name'),
    group: 'People',
    about: 'What the issuer calls this ledger: a token that was made for another audience is refused.',
  }),
  oidcRoles: setting({
    name: 'ATTEST_OIDC_ROLES',
    form: roleRules,
    group: 'People',
    about:
      'Which claims of the issuer give which roles where. A claim is a name or a path with dots (realm_access.roles); * is every project. A claim that no rule names gives nothing. What an issuer says of somebody is recorded, under the name <issuer>#<subject>, when it is first seen and whenever it has changed; an administrator can revoke it.',
  }),
  requestsPerMinute: setting({
    name: 'ATTEST_REQUESTS_PER_MINUTE',
    form: whole('a number', 0, 10_000_000),
    otherwise: '6000',
    group: 'Limits',
    about:
      'Requests a minute of one token, and of one address without a token; what is more is answered 429 with Retry-After. 0: as many as there are. A request of many commands is one.',
  }),
  requestsUnderWay: setting({
    name: 'ATTEST_REQUESTS_UNDER_WAY',
    form: whole('a number', 1, 100_000),
    otherwise: '1024',
    group: 'Limits',
    about: 'Requests that are being answered at once; what is more is answered 429 with Retry-After.',
  }),
  trustedProxies: setting({
    name: 'ATTEST_TRUSTED_PROXIES',
    form: addresses,
    group: 'Limits',
    about:
      'Proxies before Attest: their X-Forwarded-For says which address a request came from, and their X-Forwarded-Proto whether by https, which browsers are then told to keep to. Nobody else is believed.',
  }),
  logLevel: setting({
    name: 'LOG_LEVEL',
    form: oneOf(logLevels),
    otherwise: 'info',
    onTerminal: 'warn',
    group: 'Watching',
    about: 'How much is logged, as lines of JSON on stderr. At info a line for each request that was answered.',
  }),
  metrics: setting({
    name: 'ATTEST_METRICS',
    form: addressOrOff,
    otherwise: '127.0.0.1:9464',
    group: 'Watching',
    about:
      'The address that /metrics is answered at, for Prometheus. It asks for no token: name an address that only those reach who may know how much is recorded. An address that is named and taken stops the start; without the setting a free port is used instead.',
  }),
};

type Values = { [Key in keyof typeof settingsTable]: ValueOf<(typeof settingsTable)[Key]> };
type ValueOf<S> = S extends Given<infer T> ? T : S extends Optional<infer T> ? T | undefined : never;

type Joined = 'databaseUrl' | 'databaseOwnerUrl' | 'oidcIssuer' | 'oidcAudience' | 'oidcRoles';

export interface Settings extends Omit<Values, Joined> {
  /** Whether to take a free port where the usual one is taken: nobody named one. */
  mayMove: boolean;
  metricsMayMove: boolean;
  /** A PostgreSQL of one's own, in the place of the embedded one. */
  database?: { url: string; ownerUrl: string };
  /** An issuer of tokens beside our own. */
  oidc?: OidcSettings;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** By their flags' names without dashes: `{ port: '8080' }`. They win over the environment. */
type Flags = Readonly<Record<string, string | undefined>>;

/** Throws WrongSetting, also where a variable looks like a setting and is none. Empty counts as not set. */
export function readSettings(environment: Environment, flags: Flags = {}, isTerminal = false): Settings {
  refuseUnknown(environment);
  const isNamed = ({ name, flag }: Setting<unknown>) =>
    Boolean(environment[name]) || (flag !== undefined && flags[flag.slice(2)] !== undefined);
  const read = Object.entries(settingsTable).map(([key, of]) => [key, valueOf(of, environment, flags, isTerminal)]);
  const { databaseUrl, databaseOwnerUrl, oidcIssuer, oidcAudience, oidcRoles, dataFolder, ...values } =
    Object.fromEntries(read) as Values;
  return {
    ...values,
    dataFolder: resolve(dataFolder),
    mayMove: !isNamed(settingsTable.port),
    metricsMayMove: !isNamed(settingsTable.metrics),
    database: databaseOf(databaseUrl, databaseOwnerUrl),
    oidc: oidcOf(oidcIssuer, oidcAudience, oidcRoles),
  };
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

function databaseOf(url: string | undefined, ownerUrl: string | undefined): Settings['database'] {
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
