import { describe } from '@jest/globals';
import { copies } from '../contract/event-store.copies.js';
import { redactions } from '../contract/event-store.redactions.js';
import { MemoryEventStore } from './memory-event-store.js';

/** What pure tests build on; the rest of the contract is about callers at once, crashes and other processes. */
describe('the log of pure tests keeps its part of the contract of event stores', () => {
  const store = new MemoryEventStore();
  redactions(() => store);
  copies(() => {
    const store = new MemoryEventStore();
    return {
      guardsInTransaction: true,
      countsPositions: true,
      serialises: true,
      start: () => Promise.resolve(store),
      another: () => Promise.resolve(store),
      stop: () => Promise.resolve(),
    };
  });
});
