import { setTimeout as delay } from 'node:timers/promises';
import type { ToldEvent } from '#audit';
import { NoAnswer, Refused, runningServer, sayingFlags, type Client, type ServerFlags } from './client.js';
import type { Names } from './audit-layout.js';
import { namesOf, pathOf, projectOf } from './lookups.js';
import { WrongSetting } from '#hosting/src/settings/settings.js';
import type { Terminal } from './terminal.js';

export interface EventFlags extends ServerFlags {
  project?: string;
  follow?: boolean;
  type?: string[];
  thing?: string;
  actor?: string;
  category?: string;
  since?: string;
  until?: string;
  asOf?: string;
}

/** By the parameters of HTTP. */
const flagOf = {
  ...{ type: '--type', thing: '--thing', actor: '--actor', category: '--category' },
  ...{ from: '--since', after: '--since', to: '--until', asOf: '--as-of' },
};

type Event = ToldEvent & { sentence: string };
export type Tell = (event: Event, names: Names) => void;

interface Page {
  items: Event[];
  next: number;
  more: boolean;
}

/** Seconds that the server keeps a request for what comes. */
const WAIT = 20;
/** Milliseconds between tries, while there is no server. */
const SHORTEST_PAUSE = 200;
const LONGEST_PAUSE = 5_000;

/** The log page by page, as far as it is there. */
export async function readEvents(client: Client, flags: EventFlags, tell: Tell): Promise<void> {
  const path = await logOf(client, flags);
  const names = await namesFor(client, flags);
  let query = queryOf(flags);
  for (let more = true; more;) {
    const page = await sayingFlags(flagOf, client.get<Page>(pathOf(path, { ...query, limit: 500 })));
    for (const event of page.items) tell(event, names);
    query = { ...query, after: page.next };
    ({ more } = page);
  }
}

/** The log and what comes, over restarts of the server, until Ctrl-C. */
export async function followEvents(flags: EventFlags, io: Terminal, tell: Tell): Promise<void> {
  if (flags.until !== undefined || flags.asOf !== undefined)
    throw new WrongSetting('--follow waits for what comes: leave out --until and --as-of.');
  const ending = new AbortController();
  const end = () => ending.abort();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, end);
  await new Follower(flags, io, tell, ending.signal).run();
}

class Follower {
  #query: ReturnType<typeof queryOf> & { after?: number };
  #path: string | undefined;
  #names: Names | undefined;
  #isSaid = false;

  constructor(
    private readonly flags: EventFlags,
    private readonly io: Terminal,
    private readonly tell: Tell,
    private readonly signal: AbortSignal,
  ) {
    this.#query = queryOf(flags);
  }

  async run(): Promise<void> {
    let pause = SHORTEST_PAUSE;
    while (!this.signal.aborted) {
      try {
        const client = await runningServer(this.flags);
        if (!client) throw new Gone('Nothing runs on the data folder');
        for (;;) {
          await this.#page(client);
          pause = SHORTEST_PAUSE;
          this.#isSaid = false;
        }
      } catch (fault) {
        if (this.signal.aborted) return;
        if (!isPassing(fault)) throw fault;
        if (!this.#isSaid) this.io.note(`${(fault as Error).message}: it is asked again until it answers.`);
        this.#isSaid = true;
        await delay(pause, undefined, { signal: this.signal }).catch(() => undefined);
        pause = Math.min(2 * pause, LONGEST_PAUSE);
      }
    }
  }

  async #page(client: Client): Promise<void> {
    this.#path ??= await logOf(client, this.flags);
    this.#names ??= await namesFor(client, this.flags);
    if (this.flags.since === undefined) this.#query.after ??= await this.#end(client);
    const { items, next } = await this.#ask(client, { ...this.#query, limit: 500, wait: WAIT });
    for (const event of items) this.tell(event, this.#names);
    // From the last event on, by its place: what the clock says is no matter any more.
    this.#query = { ...this.#query, from: undefined, after: next };
  }

  /** The log's present end, by the ledger itself: clocks differ. */
  async #end(client: Client): Promise<number> {
    return (await this.#ask(client, { from: NEVER, limit: 1 })).next;
  }

  #ask(client: Client, query: Record<string, string | number | undefined>): Promise<Page> {
    return sayingFlags(flagOf, client.get<Page>(pathOf(this.#path!, query), this.signal));
  }
}

class Gone extends Error {}

/** No event is recorded so late: of what is recorded from then on there is nothing, up to the end of the log. */
const NEVER = '9999-01-01';

/** What a restart of the server looks like from here: no connection, one that breaks, or "not now". */
const isPassing = (fault: unknown): boolean =>
  fault instanceof Gone || ((fault instanceof Refused || fault instanceof NoAnswer) && fault.isPassing);

/** Programs have the ids. */
const namesFor = async (client: Client, { json }: EventFlags): Promise<Names> =>
  json ? new Map<string, string>() : namesOf(client);

async function logOf(client: Client, { project }: EventFlags): Promise<string> {
  return project === 'ledger' ? '/v1/events' : `/v1/projects/${await projectOf(client, project)}/events`;
}

function queryOf({ type, thing, actor, category, since, until, asOf }: EventFlags) {
  const isOrdinal = since !== undefined && /^\d{1,15}$/.test(since) && !/^\d{4}-/.test(since);
  return {
    ...{ type: type?.join(','), thing, actor, category, to: until, asOf },
    after: isOrdinal ? Number(since) : undefined,
    from: isOrdinal ? undefined : since,
  };
}
