import { Argument, type Command, type Option } from 'commander';
import type { Terminal } from './terminal.js';

/** Completion scripts, made from the program itself: so they know every command and option that it knows. */

const shells = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof shells)[number];

export function addCompletionCommands(program: Command, io: Terminal): void {
  program
    .command('completion')
    .description('Print a script by which a shell completes commands, options and their values.')
    .addArgument(new Argument('<shell>', 'which one').choices(shells))
    .addHelpText('after', HELP)
    .action((shell: Shell) => io.say(completion(program, shell)));
}

const HELP = `
Examples:
  eval "$(attest completion bash)"                                  in ~/.bashrc
  source <(attest completion zsh)                                   in ~/.zshrc, after compinit
  attest completion fish > ~/.config/fish/completions/attest.fish`;

/** One command, with what may stand after it. */
interface Place {
  /** `attest token create`. */
  path: string;
  words: Word[];
  /** Whether a file may stand there, too. */
  takesFile: boolean;
  /** Flags that take a value. */
  values: Value[];
}
interface Word {
  word: string;
  about: string;
}
interface Value {
  flags: string[];
  about: string;
  takes: 'file' | 'folder' | readonly string[];
}

export function completion(program: Command, shell: Shell): string {
  return { bash, zsh, fish }[shell](placesOf(program, program.name()), program.name());
}

function placesOf(command: Command, path: string): Place[] {
  const help = command.createHelp();
  const commands = help.visibleCommands(command);
  const options = help.visibleOptions(command);
  const place: Place = {
    path,
    words: [
      ...commands.map((one) => ({ word: one.name(), about: one.description() })),
      ...command.registeredArguments.flatMap(({ argChoices = [], description }) =>
        argChoices.map((word) => ({ word, about: description })),
      ),
      ...options.flatMap((option) => flagsOf(option).map((word) => ({ word, about: option.description }))),
    ],
    takesFile: command.registeredArguments.some((argument) => fileNames.includes(argument.name())),
    values: options.filter(({ required, optional }) => required || optional).map(valueOf),
  };
  return [place, ...commands.flatMap((one) => placesOf(one, `${path} ${one.name()}`))];
}

/** What an argument or a value is called in help where it names a file. */
const fileNames = ['file', 'backup', 'place'];

const flagsOf = ({ long, short }: Option) => [long, short].filter((flag) => flag !== undefined && flag !== null);

function valueOf(option: Option): Value {
  const named = /<(\w+)/.exec(option.flags)?.[1] ?? '';
  const takes = named === 'folder' ? named : fileNames.includes(named) ? 'file' : (option.argChoices ?? []);
  return { flags: flagsOf(option), about: option.description, takes };
}

const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;

// ── bash ──

function bash(places: readonly Place[], name: string): string {
  const value = ({ path }: Place, { flags, takes }: Value) => {
    const found = { folder: 'compgen -d', file: 'compgen -f' };
    const words = typeof takes === 'string' ? found[takes] : `compgen -W ${quoted(takes.join(' '))}`;
    const cases = flags.map((flag) => quoted(`${path} ${flag}`)).join(' | ');
    return `    ${cases}) mapfile -t COMPREPLY < <(${words} -- "$word"); return ;;`;
  };
  return `# bash completion of ${name}
_${name}() {
  local path=${name} word="\${COMP_WORDS[COMP_CWORD]}" words='' files='' i
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "$path \${COMP_WORDS[i]}" in
      ${below(places)}) path="$path \${COMP_WORDS[i]}" ;;
    esac
  done
  case "$path \${COMP_WORDS[COMP_CWORD - 1]}" in
${places.flatMap((place) => place.values.map((one) => value(place, one))).join('\n')}
  esac
  case "$path" in
${places.map(({ path, words, takesFile }) => `    ${quoted(path)}) words=${quoted(wordsOf(words))}${takesFile ? ' files=yes' : ''} ;;`).join('\n')}
  esac
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word"; [[ -z $files ]] || compgen -f -- "$word")
}
complete -o filenames -F _${name} ${name}`;
}

const wordsOf = (words: readonly Word[]) => words.map(({ word }) => word).join(' ');
const below = (places: readonly Place[]) =>
  places
    .slice(1)
    .map(({ path }) => quoted(path))
    .join(' | ');

// ── zsh ──

function zsh(places: readonly Place[], name: string): string {
  const value = ({ path }: Place, { flags, takes }: Value) => {
    const found = { folder: '_files -/', file: '_files' };
    const words = typeof takes === 'string' ? found[takes] : `compadd -- ${takes.map(quoted).join(' ')}`;
    return `    (${flags.map((flag) => quoted(`${path} ${flag}`)).join(' | ')}) ${words}; return ;;`;
  };
  const described = ({ word, about }: Word) => quoted(`${word.replaceAll(':', '\\:')}:${about}`);
  return `#compdef ${name}
_${name}() {
  local path_=${name} i
  local -a found
  for ((i = 2; i < CURRENT; i++)); do
    case "$path_ \${words[i]}" in
      (${below(places)}) path_="$path_ \${words[i]}" ;;
    esac
  done
  case "$path_ \${words[CURRENT-1]}" in
${places.flatMap((place) => place.values.map((one) => value(place, one))).join('\n')}
  esac
  case "$path_" in
${places.map(({ path, words, takesFile }) => `    (${quoted(path)}) ${takesFile ? '_files; ' : ''}found=(${words.map(described).join(' ')}) ;;`).join('\n')}
  esac
  _describe ${quoted(name)} found
}
compdef _${name} ${name}`;
}

// ── fish ──

function fish(places: readonly Place[], name: string): string {
  const at = ({ path }: Place) => `complete -c ${name} -n ${quoted(`test (__${name}_path) = "${path}"`)}`;
  const flag = (text: string) => (text.startsWith('--') ? `-l ${text.slice(2)}` : `-s ${text.slice(1)}`);
  const words = (place: Place) => [
    ...(place.takesFile ? [`${at(place)} -F`] : []),
    ...place.words.map(({ word, about }) => {
      const value = place.values.find(({ flags }) => flags.includes(word));
      const takes = value?.takes;
      const after =
        takes === undefined ? '' : typeof takes === 'string' ? ' -r -F' : ` -x -a ${quoted(takes.join(' '))}`;
      const shown = word.startsWith('-') ? flag(word) : `-a ${quoted(word)}`;
      return `${at(place)} ${shown}${after} -d ${fishQuoted(about)}`;
    }),
  ];
  return `# fish completion of ${name}
function __${name}_path
    set -l path ${name}
    for word in (commandline -opc)
        switch "$path $word"
            case ${places
              .slice(1)
              .map(({ path }) => quoted(path))
              .join(' ')}
                set path "$path $word"
        end
    end
    echo $path
end
complete -c ${name} -f
${places.flatMap(words).join('\n')}`;
}

const fishQuoted = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", String.raw`\'`)}'`;
