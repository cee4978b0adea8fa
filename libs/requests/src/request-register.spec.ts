import { rows } from '../../event-sourcing/src/given-when-then.js';
import { daysOpenOn, requestRegister, type RequestRow } from './request-register.js';

type Told = { type: string; data: object };

const facts = { about: 'Support to a migration code', receivedOn: '2022-03-10' };
const recorded: Told = { type: 'RequestRecorded', data: facts };
const answered: Told = { type: 'RequestAnswered', data: { answer: 'answered', occurredOn: '2022-04-02' } };
const row = async (...events: Told[]) => (await rows(requestRegister, ...events))[0] as RequestRow;

test('a request without an answer is open', async () => {
  expect(await row(recorded)).toEqual({ ...facts, status: 'open' });
  expect(requestRegister.validity?.(await row(recorded))).toEqual({ from: '2022-03-10' });
});

test('an answered one says by what, and how many days it took', async () => {
  const found = await row(recorded, answered);
  expect(found).toMatchObject({ status: 'answered', answer: { eventId: 'e2' }, daysOpen: { least: 23, most: 23 } });
  expect(requestRegister.validity?.(found)).toEqual({ from: '2022-03-10', to: '2022-04-02' });
});

test('where a date is some day of a month, the days are from - to; where none is stated, neither are they', async () => {
  const of = (occurredOn?: string) =>
    row(recorded, { type: 'RequestAnswered', data: { answer: 'refused', occurredOn } });
  expect(await of('2022-04')).toMatchObject({ status: 'refused', daysOpen: { least: 22, most: 51 } });
  expect(await of('2022-03')).toMatchObject({ daysOpen: { least: 0, most: 21 } });
  expect(await of()).not.toHaveProperty('daysOpen');
});

test('a correction restates the request and keeps its answer; an answer is restated, or voided: open again', async () => {
  const corrected = { type: 'RequestCorrected', data: { ...facts, receivedOn: '2022-03-12', replaces: 'e1' } };
  expect(await row(recorded, answered, corrected)).toMatchObject({ status: 'answered', daysOpen: { least: 21 } });
  const restated = { type: 'RequestAnswerCorrected', data: { answer: 'withdrawn', replaces: 'e2' } };
  expect(await row(recorded, answered, restated)).toMatchObject({ status: 'withdrawn', answer: { eventId: 'e3' } });
  const voided = { type: 'RequestAnswerVoided', data: { voids: 'e2' } };
  expect(await row(recorded, answered, voided)).toEqual({ ...facts, status: 'open' });
});

test('a voided one stays, as voided', async () =>
  expect(await row(recorded, { type: 'RequestVoided', data: { voids: 'e1' } })).toMatchObject({ status: 'voided' }));

test('how long it had been open on a day', async () => {
  expect(daysOpenOn(await row(recorded), '2022-03-31')).toEqual({ least: 21, most: 21 });
  const found = await row(recorded, answered);
  expect(daysOpenOn(found, '2022-03-31')).toEqual({ least: 21, most: 21 });
  expect(daysOpenOn(found, '2022-04-02')).toBeUndefined();
});
