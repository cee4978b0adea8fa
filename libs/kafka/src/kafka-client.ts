import { Kafka, logLevel, type Admin } from 'kafkajs';
import { letIdleRequestsRest } from './idle-requests.js';

letIdleRequestsRest();

/** Where Kafka is, and what our topics are like. */
export interface KafkaSettings {
  brokers: readonly string[];
  /** What the names of our topics begin with. */
  ledger: string;
  tls: boolean;
  sasl?: { mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512'; username: string; password: string };
  replication: number;
  /** Of the topics of facts, commands and replies. */
  partitions: number;
}

/** Also for an idempotent producer, which is to be told so: left alone it tries for ever. */
export const SHORT_RETRY = { retries: 3, initialRetryTime: 100, maxRetryTime: 500 };

/** Milliseconds that a request may take, and a connection. */
const REQUEST = 10_000;
const CONNECT = 3_000;

/**
 * A client that gives up within seconds: whoever uses it tries again in a loop of its own, whatever the error is called
 * (kafkajs calls a refused connection "non-retriable"). It says nothing by itself: that loop logs once, not per try.
 */
export function connectKafka({ brokers, tls, sasl }: KafkaSettings): Kafka {
  return new Kafka({
    clientId: 'attest',
    brokers: [...brokers],
    ssl: tls,
    sasl: sasl && saslOf(sasl),
    connectionTimeout: CONNECT,
    requestTimeout: REQUEST,
    retry: SHORT_RETRY,
    logLevel: logLevel.NOTHING,
  });
}

/** kafkajs has a type for each mechanism. */
function saslOf({ mechanism, ...who }: NonNullable<KafkaSettings['sasl']>) {
  switch (mechanism) {
    case 'plain':
      return { mechanism, ...who };
    case 'scram-sha-256':
      return { mechanism, ...who };
    case 'scram-sha-512':
      return { mechanism, ...who };
  }
}

/** What an error of kafkajs comes to, for people: its last cause is what happened, and of several the first. */
export function reasonOf(fault: unknown): string {
  const root = rootOf(fault);
  if (!(root instanceof Error)) return String(root);
  const { topic } = root as { topic?: unknown };
  const said = root.message || root.name;
  return typeof topic === 'string' ? `topic ${topic}: ${said}` : said;
}

/** Whether somebody must mend a right, a password or a setting before it can go on: trying again does not help. */
export function isRefusal(fault: unknown): boolean {
  const { name, type } = (rootOf(fault) ?? {}) as { name?: string; type?: string };
  return name === 'KafkaJSSASLAuthenticationError' || (type !== undefined && refusals.test(type));
}

const refusals =
  /_AUTHORIZATION_FAILED$|SASL|^(INVALID_(REPLICATION_FACTOR|REPLICA_ASSIGNMENT|PARTITIONS|CONFIG|REQUEST|TOPIC_EXCEPTION)|POLICY_VIOLATION|SECURITY_DISABLED|TOPIC_DELETION_DISABLED)$/;

function rootOf(fault: unknown): unknown {
  if (!(fault instanceof Error)) return fault;
  const { errors, partitions } = fault as { errors?: unknown; partitions?: unknown };
  const within = [fault.cause, firstOf(errors), (firstOf(partitions) as { error?: unknown } | undefined)?.error];
  const cause = within.find((one) => one instanceof Error);
  return cause ? rootOf(cause) : fault;
}

const firstOf = (list: unknown): unknown => (Array.isArray(list) ? list[0] : undefined);

/** What an admin client answers; it is closed then. */
export async function withAdmin<T>(kafka: Kafka, work: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = kafka.admin();
  try {
    await admin.connect();
    return await work(admin);
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
}
