import type { OwnGauges } from './own-gauge.js';

/** Whether commands are taken from Kafka; where the inbox is off there is no such number. */
export const inboxGauges = (inbox: { readonly isTaking: boolean }): OwnGauges => ({
  attest_inbox_taking: {
    help: '1 while commands are taken from Kafka; 0 while Kafka is away or a topic is not as it must be.',
    label: 'topic',
    values: () => Promise.resolve({ commands: Number(inbox.isTaking) }),
  },
});
