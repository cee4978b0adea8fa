import type { Projecting } from '../projecting.js';
import type { OwnGauges } from './own-gauge.js';

type Published = NonNullable<ReturnType<Projecting['published']>>;

/** How publishing to Kafka stands; without numbers while this process does not publish. */
export function publishingGauges(published: Projecting['published']): OwnGauges {
  const of = (numbers: (relay: Published) => Record<string, number>) => () => {
    const relay = published();
    return Promise.resolve(relay ? numbers(relay) : {});
  };
  return {
    attest_relay_lag_events: {
      help: 'Events that are not published yet; of the process that publishes.',
      label: 'topic',
      values: of(({ end, published }) => ({ log: Math.max(0, end - published) })),
    },
    attest_relay_trouble: {
      help: '1 while nothing can be published: Kafka is away, or publishing stopped until something is mended.',
      label: 'reason',
      values: of(({ trouble }) => ({
        away: Number(trouble?.isStopped === false),
        stopped: Number(trouble?.isStopped === true),
      })),
    },
  };
}
