import { logLevels } from '#http';
import { issuerUrl, roleRules } from './oidc-settings.js';
import { addresses, addressOrOff, oneOf, port, postgresUrl, text, whole } from './setting-forms.js';
import { setting, type Process } from './setting.js';

/** Whatever goes on, and can be watched. */
export const lasting: readonly Process[] = ['attest start', 'recorder', 'projector', 'reporter'];
export const answering: readonly Process[] = ['attest start', 'recorder', 'reporter'];

/** Of every Attest, on one machine or on many. */
export const baseSettings = {
  dataFolder: setting({
    name: 'ATTEST_DATA',
    form: text('a folder'),
    otherwise: './data',
    flag: '--data',
    group: 'Where things are',
    takenBy: ['attest start'],
    about:
      "The data folder: the embedded database, keys, the administrator's token, logs. One Attest uses it at a time; it is made where it is missing.",
  }),
  host: setting({
    name: 'ATTEST_HOST',
    form: text('an address or name of this machine'),
    otherwise: '127.0.0.1',
    group: 'Where things are',
    takenBy: lasting,
    about:
      'The address that HTTP is answered at: of a projector its health alone. 0.0.0.0 is every address of this machine: then put something that speaks TLS before it, as tokens travel with each request.',
  }),
  port: setting({
    name: 'ATTEST_PORT',
    form: port,
    otherwise: '3000',
    flag: '--port',
    group: 'Where things are',
    takenBy: lasting,
    about:
      'The port that HTTP is answered at. A port that is named and taken stops the start; without the setting attest start uses a free one instead.',
  }),
  databaseUrl: setting({
    name: 'DATABASE_URL',
    form: postgresUrl,
    isSecret: true,
    group: 'Database',
    about:
      "A PostgreSQL of one's own (18), in the place of the embedded one: as the application's role, which may not change the log. For attest start and attest setup together with DATABASE_OWNER_URL; the services need this one alone.",
  }),
  databaseOwnerUrl: setting({
    name: 'DATABASE_OWNER_URL',
    form: postgresUrl,
    isSecret: true,
    group: 'Database',
    takenBy: ['attest start', 'attest setup'],
    about:
      'The same database as another role, which owns the tables and brings them up to date: at every attest start, or by attest setup. Together with DATABASE_URL. A service refuses to start with it: nothing that answers others shall be able to change the log.',
  }),
  oidcIssuer: setting({
    name: 'ATTEST_OIDC_ISSUER',
    form: issuerUrl,
    group: 'People',
    takenBy: answering,
    about:
      'An OpenID Connect issuer whose access tokens (JWT) are taken beside our own. Its keys come from its discovery document. Together with ATTEST_OIDC_AUDIENCE and ATTEST_OIDC_ROLES.',
  }),
  oidcAudience: setting({
    name: 'ATTEST_OIDC_AUDIENCE',
    form: text('a name'),
    group: 'People',
    takenBy: answering,
    about: 'What the issuer calls this ledger: a token that was made for another audience is refused.',
  }),
  oidcRoles: setting({
    name: 'ATTEST_OIDC_ROLES',
    form: roleRules,
    group: 'People',
    takenBy: answering,
    about:
      'Which claims of the issuer give which roles where. A claim is a name or a path with dots (realm_access.roles); * is every project. A claim that no rule names gives nothing. What an issuer says of somebody is recorded, under the name <issuer>#<subject>, when it is first seen and whenever it has changed; an administrator can revoke it.',
  }),
  requestsPerMinute: setting({
    name: 'ATTEST_REQUESTS_PER_MINUTE',
    form: whole('a number', 0, 10_000_000),
    otherwise: '6000',
    group: 'Limits',
    takenBy: answering,
    about:
      'Requests a minute of one token, and of one address without a token; what is more is answered 429 with Retry-After. 0: as many as there are. A request of many commands is one.',
  }),
  requestsUnderWay: setting({
    name: 'ATTEST_REQUESTS_UNDER_WAY',
    form: whole('a number', 1, 100_000),
    otherwise: '1024',
    group: 'Limits',
    takenBy: answering,
    about: 'Requests that are being answered at once; what is more is answered 429 with Retry-After.',
  }),
  trustedProxies: setting({
    name: 'ATTEST_TRUSTED_PROXIES',
    form: addresses,
    group: 'Limits',
    takenBy: answering,
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
    takenBy: lasting,
    about:
      'The address that /metrics is answered at, for Prometheus. It asks for no token: name an address that only those reach who may know how much is recorded. An address that is named and taken stops the start; without the setting attest start uses a free port instead.',
  }),
};
