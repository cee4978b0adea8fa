import type { Command } from 'commander';
import { examine } from '../doctor/doctor.js';
import { gatherFacts, mendSecrets } from '../doctor/doctor-facts.js';
import type { Finding } from '#hosting/src/finding.js';
import { readSettings } from '#hosting/src/settings/settings.js';
import type { Terminal } from './terminal.js';

interface DoctorFlags {
  data?: string;
  json?: boolean;
  mend?: boolean;
}

export function addDoctorCommands(program: Command, io: Terminal): void {
  program
    .command('doctor')
    .description('Say what is wrong, and what to do about it. Works whether Attest runs or not.')
    .option('--data <folder>', 'the data folder (ATTEST_DATA; ./data without it)')
    .option('--mend', 'close secrets that others may read')
    .option('--json', 'the findings as JSON, for programs')
    .addHelpText('after', HELP)
    .action(async ({ data, json, mend }: DoctorFlags) => {
      const settings = readSettings(process.env, { data }, process.stderr.isTTY);
      let facts = await gatherFacts(settings, (line) => io.note(line));
      if (mend) {
        for (const { path } of mendSecrets(facts.secrets)) io.note(`Closed: ${path}`);
        facts = { ...facts, secrets: facts.secrets.map((secret) => ({ ...secret, mode: secret.mode & 0o700 })) };
      }
      const findings = examine(facts);
      const isHealthy = findings.every(({ level }) => level !== 'wrong');
      if (json) io.json({ healthy: isHealthy, findings });
      else tell(findings, io);
      if (!isHealthy) process.exitCode = 3;
    });
}

const HELP = `
Looks at disks, versions, the registers and how far they are behind, clocks, permissions of secrets, the administrator's
token, settings of PostgreSQL that would lose data, and how long the space will do.

Exit codes: 0 healthy (there may be things to see to soon), 3 something is wrong, 1 it could not look,
2 there is no ledger, or a setting is wrong.

Examples:
  attest doctor
  attest doctor --mend
  attest doctor --json | jq -r '.findings[] | select(.level != "well") | .says'`;

const marks = { wrong: 'red', soon: 'yellow', well: 'green' } as const;

function tell(findings: readonly Finding[], io: Terminal): void {
  const width = Math.max(...findings.map(({ about }) => about.length));
  for (const { level, about, says, todo } of findings) {
    io.say(`${io.paint(marks[level], level.padEnd(5))}  ${about.padEnd(width)}  ${says}`);
    if (todo && level !== 'well') io.say(`${' '.repeat(width + 9)}${todo}`);
  }
  const many = (of: Finding['level']) => findings.filter(({ level }) => level === of).length;
  const isWell = many('wrong') + many('soon') === 0;
  io.say('');
  io.say(isWell ? 'All is well.' : `${many('wrong')} wrong, ${many('soon')} to see to soon, ${many('well')} well.`);
}
