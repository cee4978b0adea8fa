import { thingController } from '#http';
import { programmeRegister } from './programme-register.js';
import { programme } from './programme.js';

const reason = { code: 'data-quality', text: 'The financing decision says otherwise.' };
/** LIBMITAF is in none: with an id of its own, so that the other examples can name it. */
const someProgramme = '018f3f5e-0000-7000-8000-000000007300';
const northAfrica = {
  title: 'Migration governance in North Africa',
  kind: 'programme',
  names: [{ lang: 'fr', name: 'Gouvernance des migrations en Afrique du Nord' }],
  regions: ['North Africa'],
  countries: ['LY', 'TN'],
  start: '2020',
};

export const ProgrammesController = thingController({
  things: 'programmes',
  scope: 'ledger',
  decider: programme,
  register: programmeRegister,
  on: someProgramme,
  after: 'CreateProgramme',
  commands: {
    CreateProgramme: {
      role: 'manager',
      creates: true,
      summary: 'Add a programme or a portfolio',
      example: { id: someProgramme, ...northAfrica },
    },
    CorrectProgramme: {
      role: 'manager',
      summary: 'Restate it, with a reason',
      example: { ...northAfrica, countries: ['LY', 'TN', 'DZ'], reason },
      after: 'CreateProgramme',
    },
    VoidProgramme: {
      role: 'manager',
      summary: 'It was created in error',
      example: { reason },
      after: 'CreateProgramme',
    },
  },
});
