import type { Command } from 'commander';
import type { HistoryItem } from '#audit';
import { isUuid } from '#event-sourcing';
import { Refused, sayingFlags, withServer, withServerOptions, type Client, type ServerFlags } from './client.js';
import { everyItem, namesOf, pathOf, projectOf, type Item } from './lookups.js';
import { tellEvent, tellFigure, tellHistory, type Figure, type Names } from './audit-layout.js';
import { followEvents, readEvents, type EventFlags, type Tell } from './events.js';
import { WrongSetting } from '#hosting/src/settings/settings.js';
import type { Terminal } from './terminal.js';

/** What auditors ask: where a figure comes from, who changed a thing, what was recorded. */
export function addAuditCommands(program: Command, io: Terminal): void {
  addLineage(program, io);
  addHistory(program, io);
  addEvents(program, io);
}

const PROJECT = ['--project <id|reference>', 'the project; need not be said where there is only one'] as const;
const AS_OF = ['--as-of <ordinal|moment>', 'as known at an event, or at a moment: 120, 2022-03-31T23:59:59Z'] as const;

// ── lineage ──

interface LineageFlags extends ServerFlags {
  project?: string;
  from?: string;
  to?: string;
  asOf?: string;
}

function addLineage(program: Command, io: Terminal): void {
  withServerOptions(program.command('lineage <figure>'))
    .description('The events that a figure comes to, and those left out, with the reason.')
    .option(...PROJECT)
    .option('--from <day>', 'first day of the window; without it everything up to --to')
    .option('--to <day>', 'last day of the window; without it everything from --from on')
    .option(...AS_OF)
    .addHelpText('after', LINEAGE_HELP)
    .action(async (asked: string, { project, from, to, asOf, ...flags }: LineageFlags) => {
      const asking = withServer(flags, io, async (client) => {
        const base = `/v1/projects/${await projectOf(client, project)}`;
        const [report, key] = [asked.slice(0, 36), asked.slice(37)];
        if (asked[36] === '/' && isUuid(report)) {
          if ([from, to, asOf].some((one) => one !== undefined))
            throw new WrongSetting(
              'A submitted report has its own window and cut: leave out --from, --to and --as-of.',
            );
          return client.get<Figure>(`${base}/reports/${report}/figures/${encodeURIComponent(key)}`);
        }
        const id = isUuid(asked) ? asked : await indicatorCalled(asked, client, base, asOf);
        return client.get<Figure>(pathOf(`${base}/indicators/${id}/figure`, { from, to, asOf }));
      });
      const figure = await sayingFlags(windowFlags, asking);
      if (flags.json) io.json(figure);
      else tellFigure(figure, io);
    });
}

const windowFlags = { from: '--from', to: '--to', asOf: '--as-of' };

/** By its whole name, or a part of the name that no other has. */
async function indicatorCalled(name: string, client: Client, base: string, asOf: string | undefined): Promise<string> {
  const all = await everyItem(client, `${base}/indicators`, { asOf });
  const nameOf = ({ data }: Item) => (data.name ?? '').toLowerCase();
  const whole = all.filter((one) => nameOf(one) === name.toLowerCase());
  const meant = whole.length > 0 ? whole : all.filter((one) => nameOf(one).includes(name.toLowerCase()));
  if (meant.length === 1) return meant[0]!.id;
  const list = (meant.length > 0 ? meant : all).map(({ id, data }) => `  ${id}  ${data.name}`).join('\n');
  throw new WrongSetting(
    `${meant.length > 0 ? `Several are called like ${name}` : `No indicator is called ${name}`}:\n${list}`,
  );
}

const LINEAGE_HELP = `
<figure> is an indicator, by its id or name, or a figure of a submitted report: <report id>/<key>.

Examples:
  attest lineage "# of participants" --to 2023-03-31
  attest lineage "# of participants" --from 2022-04-01 --to 2023-03-31 --as-of 2023-05-02T00:00:00Z --json
  attest lineage 579f722b-76ff-5b8f-8e56-e4ecdbdec916/trainings.held`;

// ── history ──

interface HistoryFlags extends ServerFlags {
  project?: string;
  asOf?: string;
}

function addHistory(program: Command, io: Terminal): void {
  withServerOptions(program.command('history <thing>'))
    .description('Who changed a thing, what, when and why, with the difference in words.')
    .option(...PROJECT)
    .option(...AS_OF)
    .addHelpText('after', HISTORY_HELP)
    .action(async (thing: string, { project, asOf, ...flags }: HistoryFlags) => {
      if (!isUuid(thing)) throw new WrongSetting(`${thing} is no id of a thing: a UUID in lower case.`);
      const { answer, names } = await withServer(flags, io, async (client) => ({
        answer: await sayingFlags(windowFlags, historyOf(client, thing, project, asOf)),
        names: flags.json ? nobody : await namesOf(client),
      }));
      if (flags.json) io.json(answer);
      else tellHistory(answer.items, names, io);
    });
}

interface History {
  items: HistoryItem[];
}

const nobody: Names = new Map();

/** Of the project, or of each that the token sees; where none has such a thing, of what is private to no project. */
async function historyOf(client: Client, thing: string, project: string | undefined, asOf: string | undefined) {
  const places =
    project === undefined
      ? (await everyItem(client, '/v1/projects')).map(({ id }) => id)
      : [await projectOf(client, project)];
  for (const base of [...places.map((id) => `/v1/projects/${id}`), '/v1']) {
    try {
      return await client.get<History>(pathOf(`${base}/history/${thing}`, { asOf }));
    } catch (fault) {
      if (!(fault instanceof Refused && fault.problem.code === 'unknown-thing')) throw fault;
    }
  }
  const where = project === undefined ? 'in what the token may see' : `in the project ${project}`;
  throw new WrongSetting(
    `There is nothing with the id ${thing} ${where}${asOf === undefined ? '' : ` as of ${asOf}`}.`,
  );
}

const HISTORY_HELP = `
Examples:
  attest history b2af6587-578f-5285-bfbd-541d9175671b
  attest history b2af6587-578f-5285-bfbd-541d9175671b --as-of 120 --json`;

// ── events ──

function addEvents(program: Command, io: Terminal): void {
  withServerOptions(program.command('events'))
    .description('What was recorded, in order; --follow goes on with what comes.')
    .option(
      '--project <id|reference>',
      'the project, or ledger for what is private to none; without it the only project',
    )
    .option('--follow', 'wait for what comes, until Ctrl-C; from now on without --since')
    .option('--type <type...>', 'only events of these types: TypeInDocsEvents')
    .option('--thing <id>', 'only what was recorded of this thing')
    .option('--actor <id>', 'only what this actor recorded')
    .option('--category <name>', 'only what was recorded of things of this kind: report')
    .option('--since <ordinal|day|moment>', 'after this event, or recorded since then')
    .option('--until <day|moment>', 'recorded until then')
    .option(...AS_OF)
    .addHelpText('after', EVENTS_HELP)
    .action(async (flags: EventFlags) => {
      const tell: Tell = (event, names) => (flags.json ? io.json(event) : tellEvent(event, names, io));
      if (flags.follow) return followEvents(flags, io, tell);
      await withServer(flags, io, (client) => readEvents(client, flags, tell));
    });
}

const EVENTS_HELP = `
With --json one line of JSON per event.

Examples:
  attest events --thing b2af6587-578f-5285-bfbd-541d9175671b
  attest events --category report --since 2023-01-01
  attest events --follow --json | jq .sentence`;
