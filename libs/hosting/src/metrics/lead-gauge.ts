import type { OwnGauges } from './own-gauge.js';

/** Which subscriptions this process leads, among those that it would lead. */
export const leadGauge = (leads: () => Readonly<Record<string, boolean>>): OwnGauges => ({
  attest_leads: {
    help: '1 if this process leads, 0 if it stands by.',
    label: 'subscription',
    values: () =>
      Promise.resolve(Object.fromEntries(Object.entries(leads()).map(([name, led]) => [name, Number(led)]))),
  },
});
