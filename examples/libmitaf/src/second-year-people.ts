import type { RecordHeadcount } from '#trainings';
import { organisationId } from './first-year-meetings.js';
import { step, type Step } from './step.js';

/** INVENTED: who took part in the events of the second year. The organisations are made up, and so is who sent whom. */

// ── Who took part ──

export const ministry = 'Libyan Ministry of Foreign Affairs';
export const institute = 'Diplomatic Institute';
export const cso = (number: number) => `Libyan CSO ${number} (invented)`;
export const diaspora = (number: number) => `Organisation of Libyans abroad ${number} (invented)`;

export function theParticipants(): Step[] {
  const add = (name: string, kind: 'public-authority' | 'civil-society-organisation') =>
    step('officer', 'RegisterOrganisation', name, name, { name, kind });
  return [
    ...[ministry, institute].map((name) => add(name, 'public-authority')),
    ...[cso(1), cso(2), cso(3), diaspora(1), diaspora(2)].map((name) => add(name, 'civil-society-organisation')),
  ];
}

// ── Headcounts ──

export type Headcount = Omit<RecordHeadcount, 'id' | 'reason'>;
type From = Readonly<Record<string, number>>;

/** Women, men and those of whom nobody noted it; then by organisation's name, `unknown` being nobody knows which. */
export function people([female, male, unknown]: readonly [number, number, number], from: From): Headcount {
  return {
    total: female + male + unknown,
    bySex: { female, male, unknown },
    byOrganisation: Object.entries(from).map(([name, count]) =>
      name === 'unknown' ? { count } : { organisation: organisationId(name), count },
    ),
    method: 'list',
  };
}

/** What is recorded first, and found wrong: see `theCorrections`. */
export const training3 = people([7, 9, 1], { [ministry]: 12, unknown: 5 });
export const training3Corrected = people([7, 9, 2], { [ministry]: 12, unknown: 6 });
/** A figure that a partner gave, without saying how many women and men. */
export const diasporaVisit: Headcount = {
  total: 9,
  byOrganisation: [
    { organisation: organisationId(diaspora(1)), count: 4 },
    { organisation: organisationId(diaspora(2)), count: 5 },
  ],
  method: 'partner-figure',
};
