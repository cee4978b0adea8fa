import type { KafkaSettings } from '#kafka/src/kafka-client.js';
import { brokerAddresses, kurrentUrl, ledgerName, oneOf, text, whole, WrongSetting } from './setting-forms.js';
import { setting, type Process } from './setting.js';

/** Who speaks to Kafka: the relay, the feed, the inbox, and who makes the topics. */
const streaming: readonly Process[] = ['attest start', 'attest setup', 'recorder', 'projector'];

/** The engines beyond the embedded database: where the log lies, and where it is published. */
export const engineSettings = {
  ledgerName: setting({
    name: 'ATTEST_LEDGER',
    form: ledgerName,
    otherwise: 'attest',
    group: 'Engines',
    about:
      'What this ledger is called where several share an engine: its streams in KurrentDB and its topics in Kafka begin with it.',
  }),
  eventStore: setting({
    name: 'EVENT_STORE',
    form: oneOf(['postgres', 'kurrentdb'] as const),
    otherwise: 'postgres',
    group: 'Engines',
    about:
      'The engine that holds the log. The vault and the read models lie in PostgreSQL either way. Another engine than the one that a ledger was begun on is refused: attest log copy carries a log over.',
  }),
  kurrentdbUrl: setting({
    name: 'KURRENTDB_URL',
    form: kurrentUrl,
    isSecret: true,
    group: 'Engines',
    about: 'The KurrentDB (or EventStoreDB from 22.10) that holds the log. Together with EVENT_STORE=kurrentdb.',
  }),
  kafkaBrokers: setting({
    name: 'KAFKA_BROKERS',
    form: brokerAddresses,
    group: 'Engines',
    takenBy: streaming,
    about:
      'The Kafka that the log is published to, as host:port with commas between them. Without it nothing is published.',
  }),
  kafkaTls: setting({
    name: 'KAFKA_TLS',
    form: oneOf(['off', 'on'] as const),
    otherwise: 'off',
    group: 'Engines',
    takenBy: streaming,
    about: 'Whether the brokers are spoken to by TLS, with certificates that this machine trusts.',
  }),
  kafkaSasl: setting({
    name: 'KAFKA_SASL',
    form: oneOf(['plain', 'scram-sha-256', 'scram-sha-512'] as const),
    otherwise: 'scram-sha-512',
    group: 'Engines',
    takenBy: streaming,
    about: 'How KAFKA_USERNAME and KAFKA_PASSWORD are shown to the brokers.',
  }),
  kafkaUsername: setting({
    name: 'KAFKA_USERNAME',
    form: text('a name'),
    group: 'Engines',
    takenBy: streaming,
    about: 'Who Attest is to the brokers. Together with KAFKA_PASSWORD.',
  }),
  kafkaPassword: setting({
    name: 'KAFKA_PASSWORD',
    form: text('a password'),
    isSecret: true,
    group: 'Engines',
    takenBy: streaming,
    about: 'The password of KAFKA_USERNAME.',
  }),
  kafkaReplication: setting({
    name: 'KAFKA_REPLICATION',
    form: whole('a number', 1, 9),
    otherwise: '1',
    group: 'Engines',
    takenBy: streaming,
    about: 'Copies of each topic that Attest makes: 3 on a cluster of three brokers or more.',
  }),
  kafkaPartitions: setting({
    name: 'KAFKA_PARTITIONS',
    form: whole('a number', 1, 1_000),
    otherwise: '12',
    group: 'Engines',
    takenBy: streaming,
    about:
      'Partitions of the topics of facts (keyed by project), commands and replies. The topic of the log always has one.',
  }),
  projectFrom: setting({
    name: 'ATTEST_PROJECT_FROM',
    form: oneOf(['log', 'kafka'] as const),
    otherwise: 'log',
    group: 'Engines',
    takenBy: ['attest start', 'projector'],
    about:
      'Where projectors read what they follow: the log itself, or its topic in Kafka, which takes that load off the log.',
  }),
  inbox: setting({
    name: 'ATTEST_INBOX',
    form: oneOf(['off', 'on'] as const),
    otherwise: 'off',
    group: 'Engines',
    takenBy: ['attest start', 'recorder'],
    about: 'Whether commands are taken from the topic of commands in Kafka, too.',
  }),
};

export type { KafkaSettings };

/** Which engine holds the log. */
export type LogSettings = { engine: 'postgres' } | { engine: 'kurrentdb'; url: string; ledger: string };

/** Throws WrongSetting where one is set without the other. */
export function logOf(engine: 'postgres' | 'kurrentdb', url: string | undefined, ledger: string): LogSettings {
  if (engine === 'postgres') {
    if (url !== undefined) throw new WrongSetting('KURRENTDB_URL is set without EVENT_STORE=kurrentdb.');
    return { engine };
  }
  if (url === undefined)
    throw new WrongSetting('EVENT_STORE=kurrentdb is set without KURRENTDB_URL, which says where it is.');
  return { engine, url, ledger };
}

type Given = Omit<KafkaSettings, 'brokers' | 'sasl'> & {
  brokers: readonly string[] | undefined;
  mechanism: NonNullable<KafkaSettings['sasl']>['mechanism'];
  username: string | undefined;
  password: string | undefined;
  /** Names of settings that mean nothing without Kafka, and are set. */
  needing: readonly string[];
};

/** Undefined without brokers. Throws WrongSetting where one is set without the other. */
export function kafkaOf({
  brokers,
  mechanism,
  username,
  password,
  needing,
  ...given
}: Given): KafkaSettings | undefined {
  if (brokers === undefined) {
    if (needing.length > 0)
      throw new WrongSetting(`${needing[0]} is set without KAFKA_BROKERS, which says where Kafka is.`);
    return undefined;
  }
  if ((username === undefined) !== (password === undefined)) {
    throw new WrongSetting('KAFKA_USERNAME and KAFKA_PASSWORD are set together, or neither is.');
  }
  const sasl = username === undefined ? undefined : { mechanism, username, password: password! };
  return { ...given, brokers, sasl };
}
