import { WrongSetting } from './setting-forms.js';
import type { Process } from './setting.js';
import { databaseOf, type Settings } from './settings.js';

/** Of what runs apart on a PostgreSQL of the operator's: a service, or the one-shot that prepares for services. */
export interface ServiceSettings extends Omit<Settings, 'database'> {
  /** As the application's role. */
  databaseUrl: string;
  /** Of attest setup alone. */
  databaseOwnerUrl?: string;
}

type Read = Omit<ServiceSettings, 'databaseUrl'> & { databaseUrl: string | undefined; hasOwner: boolean };

/** Throws WrongSetting where one is missing that the process cannot do without, or the owner's is given to a service. */
export function ownSettingsOf(of: Process, { hasOwner, databaseUrl, ...read }: Read): ServiceSettings {
  if (databaseUrl === undefined) {
    throw new WrongSetting(
      `DATABASE_URL is missing: ${of} works on a PostgreSQL of your own, as the application's role.`,
    );
  }
  if (of === 'attest setup') databaseOf(databaseUrl, read.databaseOwnerUrl);
  else if (hasOwner) {
    throw new WrongSetting(
      `DATABASE_OWNER_URL is set: a ${of} works without the owner's role. Only attest setup takes it.`,
    );
  }
  if (of !== 'projector' && read.signingKey === undefined) {
    throw new WrongSetting(
      `ATTEST_SIGNING_KEY is missing: the file of the key of tokens. attest setup makes one there.`,
    );
  }
  return { ...read, databaseUrl };
}
