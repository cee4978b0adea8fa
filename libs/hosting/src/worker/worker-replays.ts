import { newId, Replays, ReplayUnderWay, type Replay } from '#event-sourcing';
import type { WorkerProcess } from './worker-process.js';

/** Replays that are remembered. */
const REMEMBERED = 20;

/** Has the worker replay, and remembers what it told last. */
export class WorkerReplays extends Replays {
  readonly #replays = new Map<string, Replay>();

  constructor(private readonly worker: WorkerProcess) {
    super();
  }

  override async begin({ to, end }: { to: number; end: number }): Promise<Replay> {
    const running = [...this.#replays.values()].find(({ state }) => state === 'running');
    if (running) throw new ReplayUnderWay(running.id);
    const id = newId();
    const compared = { events: 0, rows: 0, entries: 0, figures: 0 };
    const begun: Replay = {
      ...{ id, state: 'running', to, end, step: 'folding', done: 0, total: to, root: null },
      ...{ compared, difference: null, failure: null },
    };
    const change = (told: Partial<Replay>) => this.#replays.set(id, { ...this.#replays.get(id)!, ...told });
    // Throws where there is no worker, before there is a replay.
    const ended = this.worker.replay(to, change);
    this.#replays.set(id, begun);
    void ended.catch((fault: Error) => change({ state: 'failed', failure: fault.message }));
    for (const old of [...this.#replays.keys()].slice(0, -REMEMBERED)) this.#replays.delete(old);
    return Promise.resolve(begun);
  }

  override find(id: string): Promise<Replay | undefined> {
    return Promise.resolve(this.#replays.get(id));
  }
}
