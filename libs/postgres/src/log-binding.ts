import pg from 'pg';

/** Which log a database belongs to: its vault, its order and its read models are of that one, and of no other. */
export interface Binding {
  /** `postgres`: the table events beside it. Else `<engine>:<ledger>`; with `arriving:` before it while a log is copied. */
  log: string;
  /** Nothing of any log is here: no event, no order, no text. */
  isUnused: boolean;
}

const BINDING = `select log, not exists (select from public.events) and not exists (select from read.sequence)
  and not exists (select from public.texts) as "isUnused" from public.ledger`;

/** As the application's role. */
export async function readBinding(connection: pg.ClientConfig): Promise<Binding> {
  return withClient(connection, async (client) => {
    const [binding] = (await client.query<Binding>(BINDING)).rows;
    if (!binding) throw new Error('The database has no ledger: its table ledger is empty.');
    return binding;
  });
}

/** As the role that owns the tables. Throws where the binding is not the one that was read, or something is here by now. */
export async function bindLog(owner: pg.ClientConfig, from: string, to: string): Promise<void> {
  await withClient(owner, async (client) => {
    const { rowCount } = await client.query('update public.ledger set log = $2 where log = $1', [from, to]);
    if (rowCount !== 1) throw new Error(`The database was bound to another log than ${from} meanwhile: try again.`);
  });
}

async function withClient<T>(connection: pg.ClientConfig, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionTimeoutMillis: 10_000, application_name: 'attest binding', ...connection });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
