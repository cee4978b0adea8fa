// One Kafka broker for all test files that only need one (test/kafka/broker.ts, sharedBroker): started for the first who
// asks, at the address in ATTEST_TEST_KAFKA, and ended with the run.
import { createServer } from 'node:http';

/** Answers how to end it. */
export async function lendKafka() {
  let broker;
  const server = createServer((_, response) => {
    broker ??= start();
    void broker.then(
      (started) => response.end(JSON.stringify({ brokers: started?.brokers })),
      (fault) => response.end(JSON.stringify({ fault: fault.message })),
    );
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  process.env.ATTEST_TEST_KAFKA = `http://127.0.0.1:${server.address().port}`;
  return async () => {
    server.closeAllConnections();
    server.close();
    await (await broker?.catch(() => undefined))?.stop();
  };
}

async function start() {
  const { startBroker } = await import('../kafka/broker.ts');
  return startBroker();
}
