import { expect, test } from '@jest/globals';
import type { Step } from '../faults/plan-commands.js';
import { leadFaults } from './under-fire-leads.js';
import { planServices, sizes, withoutKafka, type ServicesPlan } from './under-fire-plan.js';

const size = sizes.short();

/** With so many steps of each client. */
function seen({ clients, ...plan }: ServicesPlan, steps = 40) {
  return { ...plan, clients: clients.map((all) => Array.from({ length: steps }, () => all.next().value as Step)) };
}

test('a plan follows from its seed and its size alone, however its clients take turns', () => {
  const plan = seen(planServices(7, size));
  const { clients, ...rest } = planServices(7, size);
  const inTurn = plan.clients[0]!.map(() => clients.map((all) => all.next().value as Step));
  expect({ ...rest, clients: clients.map((_, n) => inTurn.map((turn) => turn[n])) }).toEqual(plan);
  expect(seen(planServices(8, size))).not.toEqual(plan);
});

test('what is never left to chance is in every plan, within the time that clients work', () => {
  for (const size of [sizes.short(), sizes.long(2)]) {
    const { faults } = planServices(7, size);
    const kinds = faults.map(({ kind }) => kind);
    const always = ['depose-leader', 'kill-everything', 'pause-recorder', 'kill-broker'];
    expect(kinds).toEqual(expect.arrayContaining(always));
    const moments = faults.map(({ after }) => after);
    expect(moments).toEqual([...moments].sort((a, b) => a - b));
    expect(moments.at(-1)).toBeLessThan(size.seconds * 1_000);
  }
});

test('an even seed projects from Kafka; where there is none, nothing is done to it', () => {
  expect(planServices(8, size).projectFrom).toBe('kafka');
  expect(planServices(7, size).projectFrom).toBe('log');
  const without = withoutKafka(planServices(8, sizes.long(1)));
  expect(without.projectFrom).toBe('log');
  expect(without.faults.filter(({ kind }) => kind.endsWith('-broker'))).toEqual([]);
});

test('a round in which a lead did not move is told', () => {
  const taken = [{ subscription: 'projections', milliseconds: 1, isMidway: true }];
  const twice = { token: 2, isAtWork: true };
  expect(leadFaults(['projections', 'relay'], { projections: twice, relay: twice }, taken)).toEqual([]);
  expect(leadFaults(['projections'], { projections: { ...twice, token: 1 } }, taken)).toEqual([
    'projections had one lead',
  ]);
  expect(leadFaults(['projections', 'relay'], { projections: twice }, taken)).toEqual(['relay had one lead']);
  const others = [{ subscription: 'relay', milliseconds: 1, isMidway: true }];
  expect(leadFaults(['projections'], { projections: twice }, others)).toEqual([
    'no projector took the place of one that slept',
  ]);
});
