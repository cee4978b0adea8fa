import { Option, type Command } from 'commander';
import type { HeldAccess, IssuedToken } from '#access';
import { allRoles, type OutcomeDocument, type Role } from '#http';
import { reasonCodes, type ReasonCode } from '#event-sourcing';
import { sayingFlags, withServer, withServerOptions, type Client, type ServerFlags } from './client.js';
import { projectOf } from './lookups.js';
import { readSpan } from '#hosting/src/settings/settings.js';
import { clock, type Terminal } from './terminal.js';

export function addTokenCommands(program: Command, io: Terminal): void {
  const tokens = program.command('token').description('Tokens: who may do what.');
  addCreate(tokens, io);
  addList(tokens, io);
  addRevoke(tokens, io);
}

// ── create ──

interface CreateFlags extends ServerFlags {
  actor: string;
  role: Role[];
  project: string;
  expires: string;
}

function addCreate(tokens: Command, io: Terminal): void {
  withServerOptions(tokens.command('create'))
    .description('Print a new token. It is kept nowhere: print another one if it is lost.')
    .requiredOption('--actor <name>', 'who it is for; the same name is the same actor')
    .addOption(new Option('--role <role...>', 'what it may do').choices(allRoles).makeOptionMandatory())
    .requiredOption('--project <id|reference>', 'the project, or * for all of them')
    .option('--expires <span>', 'how long it holds: 90m, 12h, 30d, 2w, 1y; 366 days at most', '30d')
    .addHelpText('after', CREATE_HELP)
    .action(async ({ actor, role, project, expires, ...flags }: CreateFlags) => {
      const expiresIn = readSpan('--expires', expires);
      const issued = await withServer(flags, io, async (client) => {
        const request = { actor, roles: role, project: await scopeOf(client, project), expiresIn };
        return client.post<IssuedToken>('/v1/tokens', request);
      });
      if (flags.json) io.json(issued);
      else io.say(issued.token);
    });
}

const scopeOf = (client: Client, project: string): Promise<string> | string =>
  project === '*' ? project : projectOf(client, project);

const CREATE_HELP = `
Examples:
  attest token create --actor "Amal, field office" --role officer --project 018f3f5e-0000-7000-8000-000000000001
  attest token create --actor "Audit 2026" --role auditor --project "*" --expires 2w`;

// ── list ──

interface ListFlags extends ServerFlags {
  on?: string;
  asOf?: string;
  project?: string;
  all?: boolean;
}

type Listed = HeldAccess & { name: string | null };

function addList(tokens: Command, io: Terminal): void {
  withServerOptions(tokens.command('list'))
    .description('Who may do what now, or could on any day; never the tokens themselves.')
    .option('--on <day>', 'what held on that day (UTC), or at that moment: 2026-03-31, 2026-03-31T12:00:00Z')
    .option('--as-of <ordinal>', 'as it was known: the ordinal of an event, or a moment')
    .option('--project <id|reference>', 'only in this project, with what holds in all of them')
    .option('--all', 'also what has expired or was revoked')
    .addHelpText('after', LIST_HELP)
    .action(async ({ on, asOf, project, all, ...flags }: ListFlags) => {
      const then = on ?? (all ? undefined : asOf?.includes('T') ? asOf : new Date().toISOString());
      const items = await withServer(flags, io, async (client) => {
        const only = project === undefined ? undefined : await scopeOf(client, project);
        const query = new URLSearchParams();
        for (const [name, value] of Object.entries({ on: then, asOf, project: only }))
          if (value) query.set(name, value);
        return sayingFlags({ on: '--on', asOf: '--as-of' }, allOf(client, query));
      });
      if (flags.json) return io.json(items);
      io.table(
        ['ID', 'WHO', 'ROLES', 'PROJECT', 'GRANTED', 'UNTIL'],
        items.map((item) => [
          item.id,
          item.name ?? item.actor,
          rolesOf(item),
          item.project,
          clock(item.grantedAt),
          untilOf(item),
        ]),
      );
    });
}

const rolesOf = ({ held, roles }: Listed) => (held ?? roles).join(', ');

function untilOf({ status, revokedAt, expiresAt, issuer }: Listed): string {
  if (status === 'revoked') return `revoked ${clock(revokedAt!)}`;
  return expiresAt === undefined ? `as ${issuer} says` : clock(expiresAt);
}

async function allOf(client: Client, query: URLSearchParams): Promise<Listed[]> {
  const items: Listed[] = [];
  for (;;) {
    const page = await client.get<{ items: Listed[]; next: string | null }>(`/v1/tokens?${query}`);
    items.push(...page.items);
    if (page.next === null) return items;
    query.set('after', page.next);
  }
}

const LIST_HELP = `
Examples:
  attest token list
  attest token list --on 2026-03-31 --project 018f3f5e-0000-7000-8000-000000000001
  attest token list --all --json`;

// ── revoke ──

interface RevokeFlags extends ServerFlags {
  reason: string;
  code: ReasonCode;
}

function addRevoke(tokens: Command, io: Terminal): void {
  withServerOptions(tokens.command('revoke'))
    .description('Take a token away, at once and for good. What an issuer says of somebody is blocked in the same way.')
    .argument('<id>', 'of attest token list')
    .requiredOption('--reason <sentence>', 'why, in words')
    .addOption(new Option('--code <code>', 'why, as a code').choices(reasonCodes).default('other'))
    .addHelpText('after', REVOKE_HELP)
    .action(async (id: string, { reason, code, ...flags }: RevokeFlags) => {
      const path = `/v1/tokens/${encodeURIComponent(id)}/revoke-access`;
      const body = { reason: { code, text: reason } };
      const outcome = await withServer(flags, io, (client) => client.post<OutcomeDocument>(path, body));
      if (flags.json) io.json(outcome);
      else io.say(outcome.code === 'already-so' ? 'It was revoked before.' : 'Revoked: it holds no longer.');
    });
}

const REVOKE_HELP = `
Examples:
  attest token revoke 018f3f5e-0000-7000-8000-000000000007 --reason "The phone with the token was lost."`;
