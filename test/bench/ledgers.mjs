// Data folders with a log of some length, each filled once in a run and shared by the sections that read it.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { loadLog } from './load-log.mjs';
import { ask, helper, startServer } from './server.mjs';

export class Ledgers {
  #made = new Map();
  #folders = 0;

  constructor(base, { seed, quick }) {
    this.base = base;
    this.seed = seed;
    this.quick = quick;
  }

  /** A new folder that PostgreSQL may enter. */
  newFolder(name) {
    this.#folders += 1;
    const folder = join(this.base, `${this.#folders}-${name}`);
    mkdirSync(folder, { mode: 0o755 });
    return folder;
  }

  /**
   * A data folder with about so many events, all of them projected, and no server on it; `big`: see loadLog. `filled`
   * says how the projections got there from nothing. Asked again for as many, it is the same folder.
   */
  of({ events, big = 0, connections = 60 }) {
    const key = `${events} ${big}`;
    if (!this.#made.has(key)) this.#made.set(key, this.#make({ events, big, connections }));
    return this.#made.get(key);
  }

  async #make({ events, big, connections }) {
    const folder = this.newFolder(`ledger-${events}`);
    const server = await startServer(folder, {
      settings: connections > 60 ? { max_connections: String(connections) } : {},
    });
    const since = performance.now();
    const loaded = await loadLog(server.owner, { events, seed: this.seed, big });
    const seconds = (performance.now() - since) / 1_000;
    console.log(`(a log of ${loaded.events} events written in ${seconds.toFixed(0)} s)`);
    const worker = helper('projecting.mjs', [JSON.stringify(server.app)]);
    const filled = await worker.ask({ kind: 'fill' });
    console.log(`(projected in ${filled.seconds.toFixed(0)} s)`);
    await worker.ask({ kind: 'stop' });
    await worker.end();
    const rows = await rowsOf(server.owner);
    await server.stop();
    return { folder, ...loaded, filled, rows };
  }
}

/** Versions in the registers and entries in the ledger, of the generations that are read; the sequence is not counted. */
export async function rowsOf(owner) {
  const tables = await ask(
    owner,
    `select c.relname as name from pg_class c join read.projections p on c.relname like '%:' || p.generation
     where c.relkind = 'r' and p.state = 'live'`,
  );
  const counts = tables.map(({ name }) => `(select count(*) from read."${name}")`);
  const [{ total }] = await ask(owner, `select ${counts.join(' + ')} as total`);
  return Number(total);
}
