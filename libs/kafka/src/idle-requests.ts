import { createRequire } from 'node:module';

interface RequestQueue {
  pending: readonly unknown[];
  scheduleCheckPendingRequests(): void;
}

/**
 * kafkajs 2.2.4 sets a timer for requests that wait although none does, and for a moment that is long past. Node takes that
 * for one millisecond, and warns of it once per process (TimeoutNegativeWarning); each idle connection wakes several hundred
 * times a second. With this it sets one only where something waits.
 */
export function letIdleRequestsRest(): void {
  const path = 'kafkajs/src/network/requestQueue/index.js';
  const { prototype } = createRequire(import.meta.url)(path) as { prototype: RequestQueue };
  const schedule = prototype.scheduleCheckPendingRequests;
  prototype.scheduleCheckPendingRequests = function (this: RequestQueue) {
    if (this.pending.length > 0) schedule.call(this);
  };
}
