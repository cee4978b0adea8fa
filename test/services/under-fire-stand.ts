import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { ClientConfig } from 'pg';
import type { Service } from '#hosting/src/settings/setting.js';
import type { Connection } from '#postgres/src/embedded-server.js';
import type { Credentials } from '../faults/clients.js';
import type { Field } from '../faults/round.js';
import { Stand } from '../faults/stand.js';
import type { Broker } from '../kafka/broker.js';
import type { Environment } from './service-process.js';
import { ServiceStand, until } from './stand.js';
import { TakeoverWatch, type Takeover } from './under-fire-leads.js';
import { recorders, type DatabaseFault, type ServicesFault, type ServicesFaultKind } from './under-fire-plan.js';
import { Supervised } from './under-fire-supervised.js';

/** Milliseconds until the gateway asks another recorder: the first may do the command all the same. */
const GATEWAY_PATIENCE = 2_000;

/** Beside what Maven copied for the broker (test/kafka/broker.ts). */
const COMPILED = join(process.cwd(), 'node_modules/.cache/attest-compiled');

/** Milliseconds. */
const LONGEST_START = 90_000;

/** `streaming`: of setup and whoever speaks to Kafka; `ofProjectors`: theirs alone. */
export type Environments = Record<'streaming' | 'ofProjectors', Environment>;

/** Three recorders, two projectors and a reporter on one PostgreSQL and one Kafka: what faults are done to. */
export class StandUnderFire implements Field<ServicesFault> {
  #services: Supervised[] = [];
  #broker = Promise.resolve();
  /** Of the database and the broker. */
  readonly #others = { kills: 0, pauses: 0 };
  /** Of projectors that slept. */
  readonly takeovers: Takeover[] = [];

  private constructor(
    private readonly ground: Stand,
    readonly stand: ServiceStand,
    private readonly kafka: Broker | undefined,
  ) {}

  /** Starts all. */
  static async open(
    folder: string,
    kafka: Broker | undefined,
    { streaming, ofProjectors }: Environments,
  ): Promise<StandUnderFire> {
    const ground = new Stand('server', folder);
    await ground.startGround();
    const connection = { ...(ground.owner() as Connection), host: '127.0.0.1', port: ground.proxy!.port };
    const stand = await ServiceStand.open({ connection, drop: () => Promise.resolve() }, GATEWAY_PATIENCE);
    const all = new StandUnderFire(ground, stand, kafka);
    try {
      const { code, err } = await stand.setUp(streaming);
      if (code !== 0) throw new Error(`attest setup ended with ${code}: ${err}`);
      // What was compiled once need not be again at each start: they are many.
      const cache = { NODE_COMPILE_CACHE: COMPILED };
      const supervise = (service: Service, environment: Environment = {}) =>
        new Supervised(stand, service, { ...cache, ...environment });
      all.#services = [
        ...Array.from({ length: recorders }, () => supervise('recorder', streaming)),
        ...[1, 2].map(() => supervise('projector', { ...streaming, ...ofProjectors })),
        supervise('reporter'),
      ];
      for (const one of all.#services) one.start();
      await all.up();
      return all;
    } catch (fault) {
      await all.close();
      throw fault;
    }
  }

  url(): Promise<string> {
    return Promise.resolve(this.stand.url);
  }

  /** The superuser's connection, past the proxy. */
  owner(): ClientConfig {
    return this.ground.owner();
  }

  async credentials(actor: string, roles: string[], project: string): Promise<Credentials> {
    const answer = await this.stand.post('/v1/tokens', `token of ${actor}`, {
      actor,
      roles,
      project,
      expiresIn: 3_600,
    });
    const issued = (await answer.json()) as Credentials & { detail?: string };
    if (!answer.ok) throw new Error(`No token for ${actor}: ${issued.detail}`);
    return issued;
  }

  said(): string {
    return this.#services.map(({ said }) => said).join('\n');
  }

  get deaths(): string[] {
    return this.#services.flatMap(({ deaths }) => deaths);
  }

  /** Processes that were killed, and put to sleep. */
  get struck(): { kills: number; pauses: number } {
    const all = [...this.#services, this.#others];
    const sum = (what: 'kills' | 'pauses') => all.reduce((total, one) => total + one[what], 0);
    return { kills: sum('kills'), pauses: sum('pauses') };
  }

  /** Resolves when all are up. */
  async up(): Promise<void> {
    const over = new AbortController();
    const late = async () => {
      await delay(LONGEST_START, undefined, { signal: over.signal });
      throw new Error(`after ${LONGEST_START / 1000} s not every service was up: ${this.said()}`);
    };
    await Promise.race([Promise.all(this.#services.map((one) => one.up())), late()]).finally(() => over.abort());
  }

  /** Ends all in order, and answers how each did that did not end well. */
  async end(): Promise<string[]> {
    const ended = await Promise.all(this.#services.map(async (one) => ({ one, by: await one.end() })));
    return ended.filter(({ by }) => by[0] !== 0).map(({ one, by }) => `told to end, with ${by.join(' ')}: ${one.said}`);
  }

  async close(): Promise<void> {
    await Promise.all(this.#services.map((one) => one.abandon()));
    await this.#broker.catch(() => undefined);
    await this.stand.close();
    await this.ground.stop();
  }

  inject({ kind, which, ms }: ServicesFault): Promise<void> {
    const of = (service: string) => this.#services.filter((one) => one.service === service);
    const recorder = of('recorder')[which]!;
    const [reporter] = of('reporter') as [Supervised];
    const database = (does: DatabaseFault | 'kill-everything') => {
      if (does.startsWith('kill-')) this.#others.kills += 1;
      if (does.startsWith('pause-')) this.#others.pauses += 1;
      return this.ground.inject({ kind: does, after: 0, ms });
    };
    const does: Record<Exclude<ServicesFaultKind, DatabaseFault>, () => Promise<void>> = {
      'kill-recorder': async () => recorder.kill(),
      'pause-recorder': () => recorder.sleep(() => delay(ms)),
      'kill-leader': async () => (await this.#projector(true)).kill(),
      'pause-leader': async () => (await this.#projector(true)).sleep(() => delay(ms)),
      'depose-leader': () => this.#depose(ms),
      'kill-standby': async () => (await this.#projector(false)).kill(),
      'pause-standby': async () => (await this.#projector(false)).sleep(() => delay(ms)),
      'kill-reporter': async () => reporter.kill(),
      'pause-reporter': () => reporter.sleep(() => delay(ms)),
      'kill-broker': () => this.#killBroker(ms),
      'freeze-broker': () =>
        this.#toBroker(async (kafka) => {
          this.#others.pauses += 1;
          await kafka.freeze();
          await delay(ms);
          await kafka.thaw();
        }),
      'kill-everything': async () => {
        for (const one of this.#services) one.kill();
        await Promise.all([database('kill-everything'), this.#killBroker(ms)]);
      },
    };
    return kind in does ? does[kind as keyof typeof does]() : database(kind as DatabaseFault);
  }

  /** Who leads the projections, or the one that does not, once that is clear: one that just woke may not know yet. */
  async #projector(leads: boolean): Promise<Supervised> {
    const projectors = this.#services.filter(({ service }) => service === 'projector');
    let found: Supervised[] = [];
    const isClear = async () => {
      const told = await Promise.all(projectors.map((one) => one.leads()));
      found = projectors.filter((_, n) => told[n]?.includes('projections') === leads);
      return found.length === 1;
    };
    await until(isClear, LONGEST_START);
    return found[0]!;
  }

  /** It sleeps until another does all that it led, and so much longer. */
  async #depose(ms: number): Promise<void> {
    const leader = await this.#projector(true);
    const led = (await leader.leads()) ?? ['projections'];
    const watch = await TakeoverWatch.begin(() => this.owner(), led);
    const untilTaken = async () => {
      this.takeovers.push(...(await watch.end()));
      await delay(ms);
    };
    await leader.sleep(untilTaken, () => watch.isMidway());
  }

  #killBroker(ms: number): Promise<void> {
    return this.#toBroker(async (kafka) => {
      this.#others.kills += 1;
      await kafka.kill();
      await delay(ms);
      await kafka.start();
    });
  }

  /** One thing after the other. */
  #toBroker(work: (kafka: Broker) => Promise<void>): Promise<void> {
    const { kafka } = this;
    if (kafka) this.#broker = this.#broker.then(() => work(kafka));
    return this.#broker;
  }
}
