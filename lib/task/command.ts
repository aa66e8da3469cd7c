import { show } from '../error.text.js';
import { validOption } from '../errors.js';
import { refuseUnknownKeys } from '../option.keys.js';
import { parseDuration, type Duration } from '../time/duration.js';

/** A program with its arguments. There is no shell: nothing in them is expanded, split or interpreted. */
export interface Command {
  /** The program: a name that is looked for in `PATH`, or a path. */
  readonly command: string;
  /** One text for each argument. @default none */
  readonly args?: readonly string[] | undefined;
  /** The folder that it runs in. @default that of the app */
  readonly cwd?: string | URL | undefined;
  /** Added to the app's own environment; `undefined` takes a variable away. @default nothing */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  /** What it reads from its standard input. @default nothing */
  readonly input?: string | Uint8Array | undefined;
  /** The exit codes that mean success. @default [0] */
  readonly successCodes?: readonly number[] | undefined;
  /**
   * How many characters of its output are kept in the result or the error, and as many of its error output: the last
   * ones. From 0 to 100 million. @default 1_048_576
   */
  readonly maxOutput?: number | undefined;
  /** How long it may take to obey a SIGTERM before SIGKILL follows; in real time. @default '5s' */
  readonly killGrace?: Duration | undefined;
}

/** What a command did that succeeded. */
export interface CommandResult {
  readonly exitCode: number;
  /** The last `maxOutput` characters; `…` stands in front when there were more. */
  readonly stdout: string;
  readonly stderr: string;
}

/** A command with all that was left open. */
export interface ResolvedCommand {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string | URL | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly input: string | Uint8Array | undefined;
  readonly successCodes: readonly number[];
  readonly maxOutput: number;
  readonly killGraceMs: number;
}

export const COMMAND_KEYS = [
  'command',
  'args',
  'cwd',
  'env',
  'input',
  'successCodes',
  'maxOutput',
  'killGrace',
] as const satisfies readonly (keyof Command)[];

const MOST_OUTPUT = 100_000_000;

/** @throws {ConfigurationError} that names the option. */
export function resolveCommand(given: Command, where: string): ResolvedCommand {
  refuseUnknownKeys(given, COMMAND_KEYS, where);
  const { command, args = [], cwd, env = {}, input, successCodes = [0], maxOutput = 1_048_576 } = given;
  const valid = <T>(value: T, key: string, isValid: (value: unknown) => boolean, expected: string): T =>
    validOption(value, isValid, { where: `${where}: ${key}`, expected, remedy: remedyFor(key, value) });
  return {
    program: valid(command, 'command', v => isText(v) && v !== '', 'a program, such as "pg_dump"'),
    args: valid(args, 'args', v => isListOf(v, isText), 'a list of texts without NUL'),
    cwd: valid(cwd, 'cwd', isFolder, 'a path, or a file: URL'),
    env: valid(env, 'env', isEnvironment, 'an object of texts without NUL'),
    input: valid(input, 'input', isInput, 'a text, or bytes'),
    successCodes: valid(successCodes, 'successCodes', isCodes, 'a list of exit codes, one or more'),
    maxOutput: valid(maxOutput, 'maxOutput', isSize, `a whole number of characters, 0 to ${MOST_OUTPUT}`),
    killGraceMs: parseDuration(given.killGrace ?? '5s', `${where}: killGrace`),
  };
}

function remedyFor(key: string, value: unknown): string | undefined {
  if (key === 'args' && typeof value === 'string')
    return `Write one text for each argument: ${argsOf(value)}.`;
  if (key === 'successCodes' && typeof value === 'number') return `Write [${value}].`;
  if (key === 'command' && Array.isArray(value)) return 'Put the arguments into args.';
  return undefined;
}

/** What a command line may have meant. */
export function argsOf(line: string): string {
  return show(line.trim().split(/\s+/));
}

const isText = (value: unknown) => typeof value === 'string' && !value.includes('\0');

const isListOf = (value: unknown, isItem: (item: unknown) => boolean) =>
  Array.isArray(value) && value.every(isItem);

const isFolder = (value: unknown) =>
  value === undefined ||
  (isText(value) && value !== '') ||
  (value instanceof URL && value.protocol === 'file:');

const isEnvironment = (value: unknown) =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  Object.values(value).every(text => text === undefined || isText(text));

const isInput = (value: unknown) =>
  value === undefined || typeof value === 'string' || value instanceof Uint8Array;

const isCodes = (value: unknown) => isListOf(value, isCode) && (value as readonly unknown[]).length > 0;

const isCode = (value: unknown) => Number.isInteger(value) && Number(value) >= 0 && Number(value) < 2 ** 32;

const isSize = (value: unknown) =>
  Number.isInteger(value) && Number(value) >= 0 && Number(value) <= MOST_OUTPUT;
