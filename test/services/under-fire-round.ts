import { randomUUID } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { Replay } from '#event-sourcing';
import type { KafkaSettings } from '#kafka/src/kafka-client.js';
import { topicsOf } from '#kafka/src/topics.js';
import type { Told } from '../faults/clients.js';
import { gather } from '../faults/evidence.js';
import { broken, type Evidence } from '../faults/invariants.js';
import { work } from '../faults/round.js';
import type { Broker } from '../kafka/broker.js';
import { readTopic, withoutRepeats } from '../kafka/topic-reader.js';
import { until } from './stand.js';
import { leadFaults, leadsAt, type Leads, type Takeover } from './under-fire-leads.js';
import type { ServicesPlan } from './under-fire-plan.js';
import { StandUnderFire, type Environments } from './under-fire-stand.js';
import { topicFaults, type Published } from './under-fire-topics.js';

/** Milliseconds for all positions to be the same, once nothing fails any more. */
const CATCHING_UP = 90_000;

export interface ServicesRound {
  evidence: Evidence;
  published: Published | undefined;
  /** Who leads at the end: its token says how often a lead was taken. */
  leads: Leads;
  takeovers: readonly Takeover[];
  /** Processes that were killed, and put to sleep. */
  struck: { kills: number; pauses: number };
  /** What is broken, for people; none is well. */
  broken: string[];
  said: string;
  /** What the seconds went into, one after the other. */
  seconds: Record<string, number>;
}

/** Plays a plan: starts everything, lets the clients work while the faults happen, and gathers what is known at the end. */
export async function play(plan: ServicesPlan, broker: Broker | undefined, longest: number): Promise<ServicesRound> {
  const seconds: Record<string, number> = {};
  let since = performance.now();
  const lap = (name: string) => {
    seconds[name] = Math.round((performance.now() - since) / 100) / 10;
    since = performance.now();
  };
  const folder = mkdtempSync(join(process.env.ATTEST_TEST_FOLDER ?? tmpdir(), 'services-fire-'));
  chmodSync(folder, 0o755); // as root, PostgreSQL is another user and must enter
  const kafka = broker && ledgerOn(broker.brokers);
  const mustBeLed = led(plan, kafka !== undefined);
  const told: Told = { answered: [], seen: [], wrong: [], retries: 0 };
  let stand: StandUnderFire | undefined;
  try {
    stand = await StandUnderFire.open(folder, broker, environmentOf(plan, kafka));
    // Else one that dies at once was no lead.
    await until(async () => {
      const leads = await leadsAt(stand!.owner());
      return mustBeLed.every((name) => leads[name]?.isAtWork);
    }, CATCHING_UP);
    lap('starting');
    const { pace, seconds: lasts, steps } = plan.size;
    await work(plan, stand, told, { longest, pace, lasting: { ms: lasts * 1_000, steps } });
    lap('under fire');
    await stand.up();
    await caughtUp(stand.owner(), kafka !== undefined);
    lap('catching up');
    const stored = await gather(stand.owner());
    const published = kafka && (await readTopics(kafka));
    const replayed = await replay(stand);
    const leads = await leadsAt(stand.owner());
    const ended = await stand.end();
    const tokens = plan.clients.length + 2; // of the opening, and the administrator's
    const evidence = { told, stored, tokens, deaths: [...stand.deaths, ...ended] };
    const { takeovers, struck } = stand;
    const found = [
      ...broken(evidence),
      ...named('every lead moved', leadFaults(mustBeLed, leads, takeovers)),
      ...(published ? named('the topics hold the log', topicFaults(stored, published)) : []),
      ...named('a replay that the ledger makes of itself is identical', replayFaults(replayed, stored.log.length)),
    ];
    lap('looking at it');
    return { evidence, published, leads, takeovers, struck, broken: found, said: stand.said(), seconds };
  } finally {
    await stand?.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

const ledgerOn = (brokers: readonly string[]): KafkaSettings => ({
  ...{ brokers, ledger: `fire-${randomUUID().slice(0, 8)}`, tls: false, replication: 1, partitions: 4 },
});

function environmentOf({ projectFrom }: ServicesPlan, kafka: KafkaSettings | undefined): Environments {
  if (!kafka) return { streaming: {}, ofProjectors: {} };
  const { brokers, ledger, partitions } = kafka;
  const streaming = { KAFKA_BROKERS: brokers.join(','), ATTEST_LEDGER: ledger, KAFKA_PARTITIONS: String(partitions) };
  return { streaming, ofProjectors: { ATTEST_PROJECT_FROM: projectFrom } };
}

/** What somebody must lead. */
const led = ({ projectFrom }: ServicesPlan, isPublished: boolean): string[] => [
  ...['projections', 'reports'],
  ...(isPublished ? ['relay'] : []),
  ...(projectFrom === 'kafka' ? ['order'] : []),
];

/** Every event has its ordinal, and is published; what projections do is waited for by `gather`. */
async function caughtUp(owner: pg.ClientConfig, isPublished: boolean): Promise<void> {
  const client = new pg.Client(owner);
  await client.connect();
  let found: { events: number; ordered: number; published: number } | undefined;
  try {
    const all = async () => {
      const { rows } = await client.query<NonNullable<typeof found>>(
        `select (select count(*)::int from events) as events, (select count(*)::int from read.sequence) as ordered,
           (select coalesce(max(ordinal), 0)::int from read.relays) as published`,
      );
      found = rows[0]!;
      return found.ordered === found.events && (!isPublished || found.published === found.events);
    };
    await until(all, CATCHING_UP);
  } catch (fault) {
    throw new Error(`Not everything is ordered and published: ${JSON.stringify(found)}.`, { cause: fault });
  } finally {
    await client.end();
  }
}

async function readTopics(kafka: KafkaSettings): Promise<Published> {
  const { log, facts } = topicsOf(kafka.ledger);
  return { log: await readTopic(kafka, log), facts: await readTopic(kafka, facts) };
}

/** The product's own: asked of a recorder, done by the reporter. */
async function replay({ stand }: StandUnderFire): Promise<Replay> {
  const asked = await stand.post('/v1/replays', 'replay', {});
  const { id } = (await asked.json()) as Replay;
  let found: Replay | undefined;
  await until(async () => {
    found = (await (await stand.ask(`/v1/replays/${id}`)).json()) as Replay;
    return found.state !== 'running';
  }, CATCHING_UP);
  return found!;
}

const replayFaults = ({ state, to, compared, difference, failure }: Replay, events: number): string[] =>
  state === 'identical' && to === events && compared.events === events
    ? []
    : [`${state} up to ${to} of ${events}: ${JSON.stringify(difference ?? failure)}`];

const named = (name: string, faults: readonly string[]): string[] =>
  faults.length === 0 ? [] : [[`${name}:`, ...faults.slice(0, 3), `(${faults.length} in all)`].join('\n    ')];

/** What was done, in one line. */
export function lineOf(round: ServicesRound): string {
  const { told, stored } = round.evidence;
  const { published, leads, takeovers, struck, seconds } = round;
  const acknowledged = told.answered.filter(({ status }) => status < 400).length;
  const repeats = published && published.log.length - withoutRepeats(published.log).length;
  const slept = takeovers.map(({ milliseconds }) => milliseconds);
  const midway = takeovers.filter(({ isMidway }) => isMidway).length;
  const listed = (numbers: Record<string, number>) =>
    Object.entries(numbers)
      .map(([name, number]) => `${name} ${number}`)
      .join(', ');
  return [
    `${acknowledged} commands acknowledged and ${told.answered.length - acknowledged} refused`,
    `${Math.round(told.answered.length / seconds['under fire']!)}/s, ${told.retries} retries, ${told.seen.length} reads`,
    `${stored.log.length} events${repeats === undefined ? '' : `, ${repeats} published again`}`,
    `${struck.kills} kills, ${struck.pauses} pauses`,
    `leads ${listed(Object.fromEntries(Object.entries(leads).map(([name, { token }]) => [name, token])))}`,
    `${slept.length} taken from sleepers (${midway} within a transaction), the longest after ${Math.max(...slept)} ms`,
    `seconds: ${listed(seconds)}`,
  ].join('; ');
}
