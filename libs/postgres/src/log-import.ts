import type pg from 'pg';
import { StoreNotEmpty, UnacceptableEvent, type LogPart } from '#event-sourcing';
import { checkPart } from '#event-sourcing/src/acceptable.js';
import { asUnavailable, connect } from './connection.js';
import { dropStage, ImportStage, publishStage, type Misplaced } from './import-stage.js';
import { isRefusal } from './transaction.js';

/** Milliseconds until connecting is given up. */
const PATIENCE = 5_000;

/** Appends wait here, as they wait for one another: see append_events. It is held while parts are staged, doing nothing. */
const LOCK = 'select pg_advisory_xact_lock(4702111234474983745)';

/**
 * See EventStore.import. As the role that owns the tables, over two connections: one keeps appends waiting, the other
 * stages part by part (see import-stage.ts). What was staged is seen by others all at once, at the end; what was cut off
 * goes on when the same log is copied again. A refusal drops what was staged.
 */
export async function importLog(owner: pg.ClientConfig, parts: AsyncIterable<LogPart>): Promise<{ events: number }> {
  const open = () => asking(() => connect(owner, { name: 'attest import', patience: PATIENCE }));
  const keeper = await open();
  try {
    await asking(() => lockEmpty(keeper.client));
    const stager = await open();
    try {
      const events = await stage(stager.client, parts);
      await asking(async () => {
        await publishStage(keeper.client);
        await keeper.client.query(`select pg_notify('events', $1)`, [String(events)]);
        await keeper.client.query('commit');
      });
      return { events };
    } finally {
      stager.cut();
    }
  } catch (fault) {
    // So that the lock is free at once; where this fails, the connection's end does it.
    await keeper.client.query('rollback').catch(() => undefined);
    throw fault;
  } finally {
    keeper.cut();
  }
}

async function lockEmpty(client: pg.Client): Promise<void> {
  await client.query('set idle_in_transaction_session_timeout = 0');
  await client.query('begin isolation level read committed');
  await client.query(LOCK);
  const { rows } = await client.query<{ end: bigint | null }>('select max(position) as end from public.events');
  if (!rows[0]?.end) return;
  await dropStage(client);
  await client.query('commit');
  throw new StoreNotEmpty(`the log has ${rows[0].end} events already`);
}

/** Answers how many events are staged, which is all of them. */
async function stage(client: pg.Client, parts: AsyncIterable<LogPart>): Promise<number> {
  const staged = await asking(() => ImportStage.open(client));
  try {
    for await (const part of parts) {
      checkPart(part);
      await asking(() => staged.take(part));
    }
    await asking(() => staged.end());
    refuseMisplaced(await asking(() => staged.misplaced()));
    return staged.events;
  } catch (fault) {
    if (fault instanceof UnacceptableEvent) {
      await client.query('rollback').catch(() => undefined);
      await dropStage(client).catch(() => undefined);
    }
    throw fault;
  }
}

function refuseMisplaced(first: Misplaced | undefined): void {
  if (!first) return;
  const { id, stream, revision, next, isOfOtherScope } = first;
  throw new UnacceptableEvent(
    isOfOtherScope
      ? `event ${id} is of another scope than the first event of ${stream}`
      : `event ${id} is revision ${revision} of ${stream}, where ${next} comes next`,
  );
}

/** What the server refuses is an event's fault: an id or a revision that comes twice. */
async function asking<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (fault) {
    if (fault instanceof StoreNotEmpty || fault instanceof UnacceptableEvent) throw fault;
    if (!isRefusal(fault)) throw asUnavailable(fault);
    const { message, detail } = fault as pg.DatabaseError;
    throw new UnacceptableEvent(detail ? `${message} (${detail})` : message, { cause: fault });
  }
}
