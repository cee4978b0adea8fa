import pg from 'pg';
import { ownName } from '#access';
import { bindings } from '#catalogue';
import { newId, Recorder } from '#event-sourcing';
import { openAccess } from '#hosting/src/access.js';
import { Backend, PostgresActors } from '#hosting/src/backend.js';
import { ensureAdminToken, signingKey } from '#hosting/src/data-folder.js';
import { openDatabase } from '#hosting/src/database.js';
import type { LedgerPlace } from '#hosting/src/ledger-store.js';
import type { KafkaSettings } from '#hosting/src/settings/engine-settings.js';
import type { ServiceSettings } from '#hosting/src/settings/own-settings.js';
import { connectKafka, reasonOf } from '#kafka/src/kafka-client.js';
import { ensureTopics, WrongTopic } from '#kafka/src/topics.js';
import { unansweredNow } from '#hosting/src/unanswered.js';

/** The key of the first administrator's grant: asked for again, it is the same token. */
const FIRST = 'first administrator';

/**
 * Makes all that services need and do not make themselves: the tables, the log that they belong to, the key of tokens, the
 * first administrator's token. Doing it again changes nothing; two at once wait for one another. Rejects with one line for
 * the operator. `say` gets a line for each thing that is there now.
 */
export async function setUp(
  settings: ServiceSettings,
  tokenFile: string | undefined,
  say: (line: string) => void,
): Promise<void> {
  const { dataFolder, databaseUrl, databaseOwnerUrl, log } = settings;
  const database = { url: databaseUrl, ownerUrl: databaseOwnerUrl! };
  const owner = { connectionString: database.ownerUrl };
  const keyFile = settings.signingKey!;
  await alone(owner, async () => {
    const opened = await openDatabase({ dataFolder, database, log }, say);
    const place = { connection: opened.connection(), log };
    say('The tables are up to date.');
    say(
      `The database belongs to the log in ${log.engine === 'postgres' ? 'itself' : `KurrentDB (ledger ${log.ledger})`}.`,
    );
    const key = signingKey(keyFile);
    say(`The key of tokens lies in ${keyFile}.`);
    if (settings.kafka) {
      await makeTopics(settings.kafka);
      say(`The topics ${settings.kafka.ledger}.* are there.`);
    }
    if (tokenFile === undefined) return;
    await makeToken(place, key, tokenFile);
    say(`The first administrator's token lies in ${tokenFile}.`);
  });
}

/** Held by a transaction, so that it works behind a pooler, too. */
async function alone(owner: pg.ClientConfig, work: () => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionTimeoutMillis: 10_000, application_name: 'attest setup', ...owner });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query(`begin; select pg_advisory_xact_lock(hashtext('attest setup'))`);
  } catch (fault) {
    await client.end().catch(() => undefined);
    const { message, code } = fault as Error & { code?: string };
    throw new Error(`The database of DATABASE_OWNER_URL cannot be used: ${message || code}.`, { cause: fault });
  }
  try {
    await work();
  } finally {
    await client.end();
  }
}

async function makeTopics(kafka: KafkaSettings): Promise<void> {
  const admin = connectKafka(kafka).admin();
  try {
    await admin.connect();
    await ensureTopics(admin, kafka);
  } catch (fault) {
    if (fault instanceof WrongTopic) throw fault;
    throw new Error(`The topics cannot be made at KAFKA_BROKERS (${kafka.brokers.join(',')}): ${reasonOf(fault)}.`, {
      cause: fault,
    });
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
}

/** Into the file, for its owner alone: one that holds is left as it is, and one that was revoked gets a successor. */
async function makeToken(place: LedgerPlace, key: string, file: string): Promise<void> {
  const backend = await Backend.open(place, 'attest setup');
  const ending = new AbortController();
  try {
    const { store } = backend;
    const actors = new PostgresActors(() => backend);
    const self = await actors.idOf(ownName);
    const recorder = new Recorder(store, await backend.ledgerSecret(), bindings(unansweredNow(backend)));
    const access = await openAccess({ key }, { store, recorder, actors, self, signal: ending.signal });
    await ensureAdminToken(file, access.own, async (request) => {
      const first = await access.createToken(request, FIRST);
      const holds = await access.own.verify(first.token).then(
        () => true,
        () => false,
      );
      return holds ? first : access.createToken(request, newId());
    });
  } finally {
    ending.abort();
    await backend.close();
  }
}
