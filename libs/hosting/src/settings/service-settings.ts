import { otlpUrl, postgresUrl, share, text } from './setting-forms.js';
import { lasting } from './base-settings.js';
import { setting } from './setting.js';

/** Where recorder, projector and reporter run apart, and where several processes are watched as one. */
export const serviceSettings = {
  databaseReadUrl: setting({
    name: 'DATABASE_READ_URL',
    form: postgresUrl,
    isSecret: true,
    group: 'Services',
    takenBy: ['reporter'],
    about:
      "A replica of the database that the reporter reads from, as the application's role. A read that waits for a write waits for the replica. One server: an address that spreads over several would let a read wait for one and ask another. Set hot_standby_feedback on there, so that what the database cleans up cancels no read.",
  }),
  signingKey: setting({
    name: 'ATTEST_SIGNING_KEY',
    form: text('a file'),
    group: 'Services',
    takenBy: ['attest start', 'attest setup', 'recorder', 'reporter'],
    about:
      'The file of the key that tokens are signed and verified with (PEM, Ed25519), the same for all services, which need it: attest setup makes it where it is missing. Without it attest start keeps the key in the data folder. attest backup reads it there, and attest restore puts it there.',
  }),
  traces: setting({
    name: 'ATTEST_TRACES',
    form: otlpUrl,
    group: 'Watching',
    takenBy: lasting,
    about: 'Where traces are sent to, by OTLP over HTTP: http://collector:4318. Without it none are made.',
  }),
  traceShare: setting({
    name: 'ATTEST_TRACE_SHARE',
    form: share,
    otherwise: '1',
    group: 'Watching',
    takenBy: lasting,
    about:
      'Which share of the traces is kept, from 0 to 1. Which ones follows from their ids, so that all services keep the same.',
  }),
};
