import { afterAll, describe, expect, test } from '@jest/globals';
import { Option, type Command } from 'commander';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WriteStream } from 'node:tty';
import { attestProgram } from '../src/cli/cli.js';
import { completion } from '../src/cli/completion.js';
import { terminal } from '../src/cli/terminal.js';

const silent = { write: () => undefined };
const program = () => attestProgram(terminal(silent, silent));
const helpOf = (command: Command) => {
  let text = '';
  command.configureOutput({ writeOut: (chunk) => (text += chunk) }).outputHelp();
  return text;
};
/** Every command that does something, by its path. */
const leaves = (command: Command, path: string): [string, Command][] =>
  command.commands.length === 0
    ? [[path, command]]
    : command.commands.flatMap((one) => leaves(one, `${path} ${one.name()}`));
const shown = leaves(program(), 'attest').filter(([path]) => path !== 'attest worker');

describe('--help', () => {
  test('of the whole has examples and exit codes', () => {
    const help = helpOf(program());
    expect(help).toContain('\nExamples:\n  attest start');
    for (const code of ['0 well', '1 not possible now', '2 wrongly asked', '3 looked']) expect(help).toContain(code);
  });
  test.each(shown)('of %s has an example that works as far as it is read', (path, command) => {
    const help = helpOf(command);
    expect(help).toContain(`Examples:`);
    const examples = help.split('Examples:\n')[1]!.split('\n\n')[0]!.split('\n');
    expect(examples.some((line) => line.includes(path))).toBe(true);
    const flags = command.options.flatMap(({ long, short }) => [long, short]);
    for (const line of examples) {
      const own = line.split(/\s[|>]\s|\)"?\s/)[0]!.replace(/"[^"]*"/g, '""');
      for (const [flag] of own.matchAll(/(?<=\s)--?[a-z][\w-]*/g))
        expect([path, flags]).toEqual([path, expect.arrayContaining([flag])]);
    }
  });
  test('every command and option says what it is', () => {
    for (const [path, command] of shown) {
      expect([path, command.description()]).toEqual([path, expect.stringMatching(/\.$/)]);
      for (const option of command.options)
        expect([path, option.flags, option.description]).toEqual([path, option.flags, expect.stringMatching(/\w/)]);
    }
  });
});

test('a command that is mistyped is answered with the one that is meant', async () => {
  let said = '';
  const one = program().configureOutput({ writeErr: (text) => (said += text) });
  await expect(one.parseAsync(['dcotor'], { from: 'user' })).rejects.toMatchObject({ exitCode: 1 });
  expect(said).toContain('(Did you mean doctor?)');
});

// ── Completion ──

const folder = mkdtempSync(join(tmpdir(), 'attest-completion-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const isThere = (shell: string) => spawnSync(shell, ['--version']).status === 0;
const script = (shell: 'bash' | 'zsh' | 'fish') => {
  const file = join(folder, `attest.${shell}`);
  writeFileSync(file, completion(program(), shell));
  return file;
};

describe('completion', () => {
  const complete = (...words: string[]) => {
    const array = words.map((word) => `'${word}'`).join(' ');
    const asked = `source ${script('bash')}; COMP_WORDS=(attest ${array}); COMP_CWORD=${words.length}; _attest; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { status, stdout, stderr } = spawnSync('bash', ['--norc', '--noprofile', '-u', '-c', asked], {
      cwd: folder,
      encoding: 'utf8',
    });
    expect([status, stderr]).toEqual([0, '']);
    return stdout.split('\n').filter((line) => line !== '');
  };
  const bash = isThere('bash') ? test : test.skip;
  if (!isThere('bash')) console.log('Not run: completion in bash (there is none).');

  bash('in bash offers the commands that there are, and none that is hidden', () => {
    const offered = complete('');
    const named = program().commands.map((command) => command.name());
    expect(offered).toEqual(expect.arrayContaining(named.filter((name) => name !== 'worker')));
    expect(offered).not.toContain('worker');
  });
  bash('in bash goes on from what was begun, and down into commands of commands', () => {
    expect(complete('doc')).toEqual(['doctor']);
    expect(complete('tok')).toEqual(['token']);
    expect(complete('token', 'cr')).toEqual(['create']);
    expect(complete('token', 'create', '--ro')).toEqual(['--role']);
    expect(complete('doctor', '--')).toEqual(expect.arrayContaining(['--data', '--mend', '--json', '--help']));
    expect(complete('completion', '')).toEqual(expect.arrayContaining(['bash', 'zsh', 'fish']));
  });
  bash('in bash knows the values of options: choices, folders, or nothing', () => {
    mkdirSync(join(folder, 'data here'));
    writeFileSync(join(folder, 'data-file'), '');
    expect(complete('token', 'create', '--role', 'a')).toEqual(['auditor', 'administrator']);
    expect(complete('doctor', '--data', 'da')).toEqual(['data here']);
    expect(complete('restore', 'da')).toEqual(expect.arrayContaining(['data here', 'data-file']));
    expect(complete('start', '--port', '')).toEqual([]);
    // After the value it is the command's turn again.
    expect(complete('start', '--port', '80', '--da')).toEqual(['--data']);
  });

  test.each(['zsh', 'fish'] as const)('in %s knows every command and every option', (shell) => {
    const text = completion(program(), shell);
    for (const [path, command] of shown) {
      expect(text).toContain(path);
      for (const { long } of command.options)
        expect(text).toContain(shell === 'fish' ? `-l ${long!.slice(2)}` : `'${long}:`);
    }
    if (isThere(shell))
      expect(spawnSync(shell, ['-n', script(shell)], { encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
    else console.log(`Not run: the syntax of the completion for ${shell} (there is none).`);
  });

  test('an apostrophe in a description breaks no script', () => {
    const one = program();
    one.addOption(new Option('--odd', `it's "odd" $(here)`));
    for (const shell of ['bash', 'zsh'] as const) {
      const { status } = spawnSync('bash', ['-n', '-c', completion(one, shell).replace(/^\(/gm, '')], {
        encoding: 'utf8',
      });
      expect(status).toBe(0);
    }
  });
});

// ── Terminal ──

describe('colours', () => {
  const painted = (isTTY: boolean, environment: Record<string, string> = {}) => {
    let text = '';
    const getColorDepth = () =>
      WriteStream.prototype.getColorDepth.call({} as WriteStream, { TERM: 'xterm', ...environment });
    const out = { isTTY, write: (chunk: string) => (text += chunk), on: () => undefined, getColorDepth };
    const io = terminal(out, silent);
    io.say(io.paint('red', 'wrong'));
    return text;
  };
  test('are for terminals', () => {
    expect(painted(true)).toBe('\u001b[31mwrong\u001b[39m\n');
    expect(painted(false)).toBe('wrong\n');
  });
  test('are left out under NO_COLOR', () => expect(painted(true, { NO_COLOR: '1' })).toBe('wrong\n'));
});

test('progress is one line that is written over on a terminal, and lines elsewhere', () => {
  const run = (isTTY: boolean) => {
    let text = '';
    let now = 0;
    const progress = terminal(silent, { isTTY, write: (chunk: string) => (text += chunk) }, () => now).progress(
      'Events',
    );
    for (let done = 0; done <= 100; done += 1, now += 500) progress.at(done, 100);
    progress.end('Done.');
    return text;
  };
  expect(run(true).split('\r').length).toBeGreaterThan(100);
  expect(run(true).endsWith('\r\u001b[KDone.\n')).toBe(true);
  const plain = run(false);
  expect(plain).not.toContain('\r');
  expect(plain.split('\n').length).toBeLessThan(10);
  expect(plain).toContain('Events: 100 of 100 (100 %)\n');
});
