// Fills a log: one programme is told through the real rules (programme.mjs), then written as often as it takes, each time
// with ids, salts and hashes of its own and with its own time in the ids of its things. So every event is one that the
// rules allowed, programmes follow one another, and the ten projects of each are interleaved as they would be.
// By hand: node test/bench/load-log.mjs <data folder> <events> [seed]
import { createHash, randomBytes } from 'node:crypto';
import pg from 'pg';
import { copyIn } from '#postgres/src/copy.js';
import { tellProgramme } from './programme.mjs';
import { startServer } from './server.mjs';
import { chanceOf } from './stats.mjs';

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/g;
const ROWS = 5_000;
/** Of one programme: those of the next have ids that are later by this. */
const SPAN = 4 * 365 * 86_400_000;
/** Between two events of the log. */
const STEP = 60;

/**
 * Writes about so many events (to half a programme) into the empty log of a database, and answers what is in it: projects by id, and `big`,
 * one whose facts are `big` times those of a usual one. Waits for no projection.
 */
export async function loadLog(owner, { events, seed, big = 0 }) {
  const client = new pg.Client(owner);
  client.on('error', () => undefined);
  await client.connect();
  const writer = new Writer(client, chanceOf(seed + 1), events);
  try {
    const found = { projects: [], big: undefined };
    if (big > 0) {
      const told = await tellProgramme({ seed: seed + 2, projects: 1, scale: big });
      await writer.write(told, ([one]) => (found.big = one));
    }
    // A short log has a smaller programme.
    const projects = Math.max(1, Math.min(10, Math.round(events / 1_000)));
    const told = await tellProgramme({ seed, projects });
    while (writer.position === 0 || writer.position + told.log.length / 2 <= events)
      await writer.write(told, (more) => found.projects.push(...more));
    await writer.flush();
    // As autovacuum would have left it after a while.
    await client.query('vacuum (analyze) events');
    await client.query('vacuum (analyze) texts');
    await client.query('checkpoint');
    return { ...found, events: writer.position };
  } finally {
    await client.end();
  }
}

class Writer {
  position = 0;
  #programmes = 0;
  #events = [];
  #texts = [];
  #pieces = new Map();

  constructor(client, chance, events) {
    this.client = client;
    this.chance = chance;
    // The last one was recorded a minute ago.
    this.begin = Date.now() - 60_000 - STEP * 1.2 * (events + 50_000);
  }

  async write({ log, projects }, done) {
    const ids = new Map();
    const fresh = (id) => {
      let other = ids.get(id);
      if (!other) ids.set(id, (other = this.#another(id)));
      return other;
    };
    for (const event of log) {
      const texts = event.texts.map((text) => ({ ...text, salt: randomBytes(16) }));
      const hashes = new Map(texts.map(({ textHash, salt, text }) => [textHash, hashOf(salt, text)]));
      const renewed = (text) => this.#renewed(text, fresh, hashes);
      this.position += 1;
      const id = fresh(event.id);
      this.#events.push([
        ...[this.position, id, renewed(event.stream), event.revision, event.type, event.schema, renewed(event.scope)],
        ...[new Date(this.begin + STEP * this.position).toISOString(), renewed(event.data), renewed(event.meta)],
        `\\x${randomBytes(16).toString('hex')}`,
      ]);
      for (const { pointer, text, salt, textHash } of texts) {
        this.#texts.push([id, pointer, text, `\\x${salt.toString('hex')}`, hashes.get(textHash)]);
      }
      if (this.#events.length >= ROWS) await this.flush();
    }
    this.#programmes += 1;
    const shown = (value) => JSON.parse(JSON.stringify(value).replaceAll(UUID, fresh));
    done(shown(projects));
  }

  /** The same kind of id: of a thing its time, moved on; otherwise random. */
  #another(id) {
    const hex = this.chance.hex(30);
    if (id[14] !== '7') {
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${id[14]}${hex.slice(12, 15)}-a${hex.slice(15, 18)}-${hex.slice(18)}`;
    }
    const time = (parseInt(id.slice(0, 8) + id.slice(9, 13), 16) + SPAN * this.#programmes)
      .toString(16)
      .padStart(12, '0');
    return `${time.slice(0, 8)}-${time.slice(8)}-7${hex.slice(0, 3)}-a${hex.slice(3, 6)}-${hex.slice(6, 18)}`;
  }

  /** Texts are cut at their ids and hashes once, and put together anew each time. */
  #renewed(text, fresh, hashes) {
    let pieces = this.#pieces.get(text);
    if (!pieces) {
      pieces = text.split(/([0-9a-f]{64}|[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12})/);
      this.#pieces.set(text, pieces);
    }
    let made = '';
    for (let index = 0; index < pieces.length; index += 1) {
      const piece = pieces[index];
      if (index % 2 === 0) made += piece;
      else made += piece.length === 64 ? (hashes.get(piece) ?? piece) : fresh(piece);
    }
    return made;
  }

  async flush() {
    const [events, texts] = [this.#events, this.#texts];
    this.#events = [];
    this.#texts = [];
    const columns = 'position, id, stream, revision, type, schema, scope, recorded_at, data, meta, salt';
    await copyIn(this.client, `events (${columns})`, events);
    await copyIn(this.client, 'texts (event_id, pointer, text, salt, text_hash)', texts);
  }
}

const hashOf = (salt, text) => createHash('sha256').update(salt).update(text, 'utf8').digest('hex');

if (process.argv[1] === import.meta.filename) {
  const [folder, events, seed = '1'] = process.argv.slice(2);
  const server = await startServer(folder);
  const since = performance.now();
  const { events: written } = await loadLog(server.owner, { events: Number(events), seed: Number(seed) });
  console.log(`${written} events in ${((performance.now() - since) / 1_000).toFixed(1)} s`);
  await server.stop();
}
