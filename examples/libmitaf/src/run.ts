import { setTimeout as delay } from 'node:timers/promises';
import { post, read, Refused, type Connection } from './client.js';
import { projectId } from './ids.js';
import type { Chapter, Step } from './step.js';

/** What a telling came to. `position`: of the last event that it knows of. */
export interface Told {
  commands: number;
  /** Events recorded now, and those that an earlier telling had recorded. */
  recorded: number;
  alreadyThere: number;
  position: string;
}

/** Called before each command, with how many were sent of how many. */
export type OnStep = (chapter: Chapter, sent: number, of: number) => void;

/**
 * Sends the story, one command after the other, so that events have the same numbers wherever it is told. Throws
 * `Refused` at the first command that is refused.
 */
export async function tell(chapters: readonly Chapter[], connection: Connection, onStep: OnStep): Promise<Told> {
  const told: Told = { commands: 0, recorded: 0, alreadyThere: 0, position: '0' };
  const all = chapters.reduce((sum, chapter) => sum + chapter.steps.length, 0);
  for (const chapter of chapters) {
    let isNew = false;
    for (const step of chapter.steps) {
      onStep(chapter, told.commands, all);
      const { code, events, position } = await post(connection, step);
      isNew = code === 'recorded';
      told[isNew ? 'recorded' : 'alreadyThere'] += events.length;
      told.commands += 1;
      // A command sent again is answered with the place where it was recorded first.
      if (BigInt(position) > BigInt(told.position)) told.position = position;
    }
    if (chapter.submits) {
      const made = await submitted(chapter.submits, chapter.steps.at(-1) as Step, connection, told.position);
      told.position = made.position;
      // And the event with its cut, figures and hash, which the worker records.
      told[isNew || made.askedAgain ? 'recorded' : 'alreadyThere'] += 1;
      told.recorded += made.askedAgain;
    }
  }
  return told;
}

const LOOKS = 600;
const PAUSE = 100;

/**
 * Until the worker has made the report and recorded it; what comes after it in the story comes after it in the log. One
 * that could not be made, perhaps a telling ago, is asked for once more: answers how many events that took.
 */
async function submitted(report: string, step: Step, connection: Connection, position: string) {
  const first = await settled(report, connection, position);
  if (first.status === 'submitted') return { position, askedAgain: 0 };
  // Its revision makes the key one of its own: the same key would be the same request, answered as it was.
  const again = await post(connection, { ...step, key: `${step.key}/after-${first.revision}` });
  const { status, why } = await settled(report, connection, again.position);
  if (status === 'submitted') return { position: again.position, askedAgain: again.events.length };
  throw new Refused(`The report could not be made (${status}): ${why ?? 'no reason is given'}`);
}

/** The report once it is no longer only asked for. */
async function settled(report: string, connection: Connection, position: string) {
  const path = `/v1/projects/${projectId}/reports/${report}`;
  for (let look = 1; look <= LOOKS; look += 1) {
    const response = await read(connection, path, position);
    const { revision, data } = (await response.json()) as { revision: number; data: { status: string; why?: string } };
    if (data.status !== 'requested') return { revision, ...data };
    await delay(PAUSE);
  }
  throw new Refused(`The report ${report} was not made within ${(LOOKS * PAUSE) / 1_000} seconds.`);
}
