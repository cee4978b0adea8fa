import { createRequire } from 'node:module';
import './kafka-client.js';

interface Queue {
  throttledUntil: number;
  throttleCheckTimeoutId: NodeJS.Timeout | null;
  checkPendingRequests(): void;
  push(request: object): void;
  destroy(): void;
}
const RequestQueue = createRequire(import.meta.url)('kafkajs/src/network/requestQueue/index.js') as new (
  options: object,
) => Queue;

function queue(): Queue {
  const logger = { debug: () => undefined, error: () => undefined };
  return new RequestQueue({ maxInFlightRequests: 1, requestTimeout: 1_000, enforceRequestTimeout: false, logger });
}

test('a connection of kafkajs that is idle sets no timer', () => {
  const idle = queue();
  idle.checkPendingRequests();
  expect(idle.throttleCheckTimeoutId).toBeNull();
});

test('a request that the broker let wait is sent when its time has come', async () => {
  const throttled = queue();
  throttled.throttledUntil = Date.now() + 20;
  const { promise: sent, resolve } = Promise.withResolvers<void>();
  const payload = { payload: {}, apiName: 'Test', apiKey: 0, apiVersion: 0 };
  throttled.push({
    entry: { ...payload, correlationId: 1, reject: () => undefined },
    sendRequest: resolve,
    expectResponse: true,
  });
  expect(throttled.throttleCheckTimeoutId).not.toBeNull();
  await sent;
  expect(Date.now()).toBeGreaterThanOrEqual(throttled.throttledUntil);
  throttled.destroy();
});
