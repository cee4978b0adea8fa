import { thingController } from '#http';
import { requestRegister } from './request-register.js';
import { request } from './request.js';

const reason = { code: 'data-quality', text: 'The letter says otherwise.' };
// Of LIBMITAF: an organisation, and a line of its plan. It has no requests: with an id of its own, so that examples can name it.
const someCso = 'effde9d4-2a6e-5a15-9071-db872b9ac349';
const line22 = '9715e9c3-2cf7-55f0-b2ef-7c9cf2088f76';

const asked = {
  id: '018f3f5e-0000-7000-8000-000000009101',
  about: 'Training on migration dialogues for a further group',
  organisation: someCso,
  receivedOn: '2022-11-08',
  channel: 'letter',
};
const { id: _, ...restated } = asked;
const answer = { answer: 'answered', activities: [line22], occurredOn: '2022-12' };

export const RequestsController = thingController({
  things: 'requests',
  scope: 'project',
  decider: request,
  register: requestRegister,
  on: asked.id,
  after: 'RecordRequest',
  commands: {
    RecordRequest: { role: 'officer', creates: true, summary: 'Record what the project was asked for', example: asked },
    CorrectRequest: {
      role: 'officer',
      summary: 'Restate it, with a reason',
      example: { ...restated, receivedOn: '2022-11-09', reason },
      after: 'RecordRequest',
    },
    VoidRequest: {
      role: 'officer',
      summary: 'It was recorded in error',
      example: { reason },
      after: 'RecordRequest',
    },
    AnswerRequest: {
      role: 'officer',
      summary: 'Record what answered it, or that it was refused or withdrawn',
      example: answer,
      after: 'RecordRequest',
    },
    CorrectAnswer: {
      role: 'officer',
      summary: 'Restate the answer, with a reason',
      example: { ...answer, occurredOn: '2022-12-05', reason },
      after: 'AnswerRequest',
    },
    VoidAnswer: {
      role: 'officer',
      summary: 'The answer was an error: it is open again',
      example: { reason },
      after: 'AnswerRequest',
    },
  },
});
