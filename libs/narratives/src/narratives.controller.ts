import { thingController } from '#http';
import { narrativeRegister } from './narrative-register.js';
import { narrative } from './narrative.js';

const reason = { code: 'other', text: 'It stands in the summary already.' };
// LIBMITAF has none: with ids of their own, so that the other examples can name them.
const deviation = '018f3f5e-0000-7000-8000-000000007a01';
const drivers = '018f3f5e-0000-7000-8000-000000007a02';
/** Of LIBMITAF: the second of its periods. */
const period = '016e643f-93ae-575a-8d4e-3ff936e16cc1';

export const NarrativesController = thingController({
  things: 'narratives',
  scope: 'project',
  decider: narrative,
  register: narrativeRegister,
  on: deviation,
  after: 'WriteNarrative',
  commands: {
    WriteNarrative: {
      role: 'officer',
      creates: true,
      summary: 'Write a text about the project, or for a part of its reports',
      example: {
        id: deviation,
        about: 'report-part',
        subject: 'deviations',
        period,
        kind: 'deviation',
        lang: 'en',
        text: 'The study visits were held in the third quarter, as visas took longer than planned.',
      },
    },
    ReviseNarrative: {
      role: 'officer',
      summary: 'State its text anew; the earlier versions are kept',
      example: { text: 'Two study visits were held in the third quarter, as visas took longer than planned.' },
      after: 'WriteNarrative',
    },
    WithdrawNarrative: {
      role: 'officer',
      summary: 'It is not to be printed',
      example: { reason },
      after: 'WriteNarrative',
    },
  },
});

export const PortfolioNarrativesController = thingController({
  things: 'portfolio-narratives',
  scope: 'ledger',
  decider: narrative,
  register: narrativeRegister,
  on: drivers,
  after: 'WritePortfolioNarrative',
  commands: {
    WritePortfolioNarrative: {
      role: 'officer',
      creates: true,
      summary: 'Write a text about a programme, a portfolio or a region',
      example: {
        id: drivers,
        about: 'region',
        subject: 'North Africa',
        kind: 'drivers',
        lang: 'fr',
        covers: '2022',
        text: 'La demande de main-d’œuvre est restée le premier moteur des migrations dans la région.',
      },
    },
    RevisePortfolioNarrative: {
      role: 'officer',
      summary: 'State its text anew; the earlier versions are kept',
      example: { text: 'La demande de main-d’œuvre est restée, en 2022, le premier moteur des migrations.' },
      after: 'WritePortfolioNarrative',
    },
    WithdrawPortfolioNarrative: {
      role: 'officer',
      summary: 'It is not to be printed',
      example: { reason },
      after: 'WritePortfolioNarrative',
    },
  },
});
