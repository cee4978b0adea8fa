// The arithmetic of docs/scaling.md, from what was measured. Node runs this file as it stands, too (scaling.mjs): it
// imports nothing, and has only types that can be stripped.

/** What docs/benchmarks.md says; medians. Rates are a second, `…Us` microseconds, `…Bytes` bytes an event, `…MiB` idle. */
export interface Measured {
  /** Appends of the store alone by number of writers, and with 1 ms added to each flush. */
  appends: Record<number, number>;
  slowAppends: Record<number, number>;
  /** Read models from nothing, of the long log. */
  rebuild: number;
  relay: number;
  /** Of one command: recording and projecting in Node, and the database for both. */
  recordingUs: number;
  projectingUs: number;
  databaseUs: number;
  /** In PostgreSQL with indexes, and in both topics of Kafka, one copy each. */
  databaseBytes: number;
  topicBytes: number;
  /** Of the write-ahead log, of one command. */
  walBytes: number;
  recorderMiB: number;
  projectorMiB: number;
  reporterMiB: number;
  applicationMiB: number;
  /** That one of each service holds, all together. */
  connections: number;
  /** Whom one event stands for where headcounts are recorded. */
  peoplePerEvent: number;
}

/** What nobody measured: to be replaced by one's own. Prices are of a month. */
export const assumed = {
  ledgers: 1_000,
  participants: 1_000_000,
  daysAYear: 365,
  hoursADay: 8,
  peakToMean: 4,
  usedOfACore: 0.5,
  copiesOfAService: 2,
  copiesOfTheDatabase: 2,
  copiesOfATopic: 3,
  cores: 16,
  memoryGiB: 64,
  storageGB: 16_000,
  usedOfMemory: 0.75,
  connectionMiB: 5,
  partitionsOfABroker: 4_000,
  priceOfANode: 500,
  priceOfAGB: 0.1,
};

export type Assumed = typeof assumed;

// ── Group commit ──

/** Seconds: what a batch costs whatever is in it (a flush, round trips), and each event in it. */
export interface Commit {
  batch: number;
  event: number;
}

/** All writers of a process wait for the same batch: writers / rate = batch + writers x event. Through two measurements. */
export function commitOf(appends: Record<number, number>, few: number, many: number): Commit {
  const [short, long] = [few / appends[few]!, many / appends[many]!];
  const event = (long - short) / (many - few);
  return { batch: short - few * event, event };
}

/** Appends a second; `slower`: seconds that a flush takes more. */
export const appendsOf = ({ batch, event }: Commit, writers: number, slower = 0): number =>
  writers / (batch + slower + writers * event);

// ── One ledger ──

/** Events a second of one ledger that each part takes at most; of recorders there may be more. */
export function limitsOf(measured: Measured) {
  return {
    recorder: 1e6 / measured.recordingUs,
    log: Math.max(...Object.values(measured.appends)),
    projector: measured.rebuild,
    relay: measured.relay,
  };
}

// ── Many ledgers ──

/** How a day of people becomes events. */
export interface Reading {
  /** In all ledgers, each day. */
  people: number;
  peoplePerEvent: number;
  /** KAFKA_PARTITIONS. */
  partitions: number;
}

export function readingsOf({ peoplePerEvent }: Measured, { ledgers, participants }: Assumed): Record<string, Reading> {
  return {
    headcounts: { people: participants, peoplePerEvent, partitions: 1 },
    single: { people: participants, peoplePerEvent: 1, partitions: 1 },
    each: { people: ledgers * participants, peoplePerEvent: 1, partitions: 12 },
  };
}

const GB = 1e9;
const atLeast = (least: number, nodes: number) => Math.max(least, Math.ceil(nodes));

/** What it takes; rates a second, cores and memory at the peak of a day. */
export function paperOf(measured: Measured, { people, peoplePerEvent, partitions }: Reading, given: Assumed) {
  const { ledgers, copiesOfAService, copiesOfTheDatabase, copiesOfATopic, usedOfACore } = given;
  const eventsADay = people / peoplePerEvent;
  const peak = (eventsADay / (given.hoursADay * 3_600)) * given.peakToMean;
  const cores = (microseconds: number) => (peak * microseconds) / 1e6 / usedOfACore;
  const serviceCores = cores(measured.recordingUs + measured.projectingUs);
  const databaseCores = cores(measured.databaseUs);
  const { recorderMiB, projectorMiB, reporterMiB } = measured;
  const usable = given.memoryGiB * given.usedOfMemory;
  const serviceGiB = (ledgers * copiesOfAService * (recorderMiB + projectorMiB + reporterMiB)) / 1_024;
  const connections = ledgers * copiesOfAService * measured.connections;
  const databaseGiB = (connections * given.connectionMiB) / 1_024;
  const serviceNodes = atLeast(2, Math.max(serviceCores / given.cores, serviceGiB / usable));
  const eventsAYear = eventsADay * given.daysAYear;
  const databaseGB = (copiesOfTheDatabase * eventsAYear * measured.databaseBytes) / GB;
  const topicGB = (copiesOfATopic * eventsAYear * measured.topicBytes) / GB;
  const ofADatabase = [
    databaseCores / given.cores,
    databaseGiB / usable,
    databaseGB / copiesOfTheDatabase / given.storageGB,
  ];
  const databaseNodes = copiesOfTheDatabase * atLeast(1, Math.max(...ofADatabase));
  // log, dead letters; facts, commands, replies.
  const topicPartitions = ledgers * (2 + 3 * partitions);
  const partitionsKept = (topicPartitions * copiesOfATopic) / given.partitionsOfABroker;
  const brokers = atLeast(3, Math.max(partitionsKept, topicGB / given.storageGB));
  const { log, projector, relay } = limitsOf(measured);
  const peakOfALedger = peak / ledgers;
  const nodes = serviceNodes + databaseNodes + brokers;
  return {
    ...{ eventsADay, peak, peakOfALedger, serviceCores, databaseCores, serviceGiB, connections },
    ...{ databaseGiB, serviceNodes, databaseNodes, topicPartitions, brokers, nodes, eventsAYear, databaseGB, topicGB },
    /** How many times that peak a ledger takes by its slowest part that has one lead or one lock. */
    headroom: Math.min(log, projector, relay) / peakOfALedger,
    walGBADay: (eventsADay * measured.walBytes) / GB,
    rebuildHours: eventsAYear / ledgers / measured.rebuild / 3_600,
    priceOfNodes: nodes * given.priceOfANode,
    priceOfStorage: (databaseGB + topicGB) * given.priceOfAGB,
    /** Each ledger as one `attest start`: what many small ones cost least with. */
    applicationGiB: (ledgers * measured.applicationMiB) / 1_024,
  };
}
