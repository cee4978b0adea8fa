import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { until } from './stand.js';

/** Who took a lease, by its subscription's name, as the database has it. */
export type Leads = Record<string, { token: number; isAtWork: boolean }>;

/** How long nobody did what a lead did that slept. */
export interface Takeover {
  subscription: string;
  milliseconds: number;
  /** Its holder fell asleep within a transaction that moves projections. */
  isMidway: boolean;
}

/** Milliseconds: the database, and who stands by, may be away just then, too. */
const LONGEST_TAKEOVER = 60_000;

/**
 * At work is who has put its token on the checkpoints that it moves; the order has none. So a lead is not there yet that
 * waits for rows which a sleeper has locked.
 */
export const leadsAt = (owner: pg.ClientConfig): Promise<Leads> =>
  once<Leads>(
    owner,
    `select jsonb_object_agg(subscription, jsonb_build_object('token', token, 'isAtWork', case subscription
       when 'projections' then (select bool_and(p.token = l.token) from read.projections p where state <> 'superseded')
       when 'relay' then (select bool_and(r.token = l.token) from read.relays r)
       else true end)) as found from read.lease l`,
  );

/** Whether somebody has moved projections, and neither commits nor goes on: asleep in the midst of it. */
const isMidway = (owner: pg.ClientConfig): Promise<boolean> =>
  once<boolean>(
    owner,
    `select exists(select from pg_locks l join pg_stat_activity a using (pid) where a.state = 'idle in transaction'
       and l.relation = 'read.projections'::regclass and l.mode = 'RowExclusiveLock'
       and a.state_change < clock_timestamp() - interval '10 milliseconds') as found`,
  );

/** On a connection of its own: the database may just have come back. */
async function once<T>(owner: pg.ClientConfig, sql: string): Promise<T> {
  const client = new pg.Client({ ...owner, connectionTimeoutMillis: 1_000, query_timeout: 1_000 });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<{ found: T }>(sql)).rows[0]!.found;
  } finally {
    await client.end();
  }
}

/**
 * Waits until others do what one process led. What is seen by it: a lease that is no lock (`hold` without `for key share`)
 * lets the next lead take the token, and then leaves it waiting for the rows that the sleeper has locked, as long as that
 * sleeps. What is not: a `hold` that answers yes to a lead of yesterday. When that wakes, `advance` finds another token on
 * the checkpoints, the relay's `move` on its own, and the sequencer finds ordinals that it did not give (or their key
 * refuses its own); each ends the lead before anything of it is committed.
 */
export class TakeoverWatch {
  #isMidway = false;

  private constructor(
    private readonly owner: () => pg.ClientConfig,
    private readonly led: readonly string[],
    private readonly before: Leads,
  ) {}

  static async begin(owner: () => pg.ClientConfig, led: readonly string[]): Promise<TakeoverWatch> {
    let before: Leads = {};
    await until(async () => Boolean((before = await leadsAt(owner()))), LONGEST_TAKEOVER);
    return new TakeoverWatch(owner, led, before);
  }

  /** Whether the sleeper lies in a transaction: what it has locked, only the next lead gets rid of. */
  async isMidway(): Promise<boolean> {
    await delay(15);
    return (this.#isMidway = await isMidway(this.owner()).catch(() => false));
  }

  /** Resolves when all is taken. */
  async end(): Promise<Takeover[]> {
    const since = performance.now();
    const taken: Takeover[] = [];
    let now: Leads = {};
    const look = async () => {
      now = await leadsAt(this.owner());
      for (const subscription of this.led) {
        const { token, isAtWork } = now[subscription]!;
        const isKnown = taken.some((one) => one.subscription === subscription);
        if (isKnown || !isAtWork || token <= this.before[subscription]!.token) continue;
        taken.push({ subscription, milliseconds: Math.round(performance.now() - since), isMidway: this.#isMidway });
      }
      return taken.length === this.led.length;
    };
    await until(look, LONGEST_TAKEOVER).catch(() => {
      const seconds = LONGEST_TAKEOVER / 1000;
      throw new Error(
        `${seconds} s nobody did ${this.led.join(', ')} of a projector that sleeps: ${JSON.stringify(now)}`,
      );
    });
    return taken;
  }
}

/** Every lead must have moved, and that of the projections while its holder slept: a round without it shows nothing. */
export function leadFaults(expected: readonly string[], leads: Leads, takeovers: readonly Takeover[]): string[] {
  const isTaken = takeovers.some(({ subscription }) => subscription === 'projections');
  return [
    ...expected.filter((name) => !(leads[name] && leads[name].token >= 2)).map((name) => `${name} had one lead`),
    ...(isTaken ? [] : ['no projector took the place of one that slept']),
  ];
}
