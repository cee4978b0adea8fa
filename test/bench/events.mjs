// Events of about 400 bytes: what happens to a training, one after the other, as its stream would have it.
import { randomUUID } from 'node:crypto';

/** The streams of one round: each is a training of its own, with what its next event needs. */
export function streamsOf(count) {
  return Array.from({ length: count }, () => ({ stream: `training-${randomUUID()}`, revision: -1, last: '' }));
}

const actor = randomUUID();
const tag = 'c0ffee'.padEnd(64, '0');

/** The next event of a stream: held, its headcount, then corrections of it. `data` and `meta` are canonical JSON. */
export function nextEvent(of) {
  const id = randomUUID();
  const meta = `{"actor":"${actor}","bodyTag":"${tag}","commandId":"${id}","correlationId":"${randomUUID()}","roles":["officer"]}`;
  const count = 10 + (of.revision % 20);
  const people = `"bySex":{"female":${count},"male":${count + 3},"unknown":2},"method":"list"`;
  const total = 2 * count + 5;
  if (of.revision === -1) {
    const data =
      '{"country":"TN","days":2,"kind":"workshop","occurredOn":"2021-05-18/2021-05-19","place":"Tunis","title":"Workshop on data of migration, second round"}';
    return { id, type: 'TrainingHeld', schema: 1, data, meta };
  }
  if (of.revision === 0)
    return { id, type: 'HeadcountRecorded', schema: 1, data: `{${people},"total":${total}}`, meta };
  const data = `{${people},"replaces":"${of.last}","total":${total}}`;
  return { id, type: 'HeadcountCorrected', schema: 1, data, meta };
}
