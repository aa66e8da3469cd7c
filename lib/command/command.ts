import { suggestion } from '../error.text.js';

/** What a command says, and the exit code. */
export interface CommandEnd {
  /** 0; 1 when `diff` found differences; 2 when the command could not do its work. */
  readonly code: 0 | 1 | 2;
  /** For stdout. */
  readonly out: string;
  /** For stderr. */
  readonly complaint: string;
}

const USAGE = `Usage:
  nestjs-sts plan <module file> --from <instant> --to <instant> [--export <name>] [--timeout <duration>]
                  [--text | --json]
  nestjs-sts diff <plan file> <plan file> [--text | --json]
  nestjs-sts migrate-from-schedule <folder> [--write]

plan  prints when the tasks of a compiled Nest module are due, from --from on and before --to: instants such
      as 2026-01-01T00:00:00Z, or days such as 2026-01-01, which begin at midnight UTC. The module is the
      export named by --export, else AppModule, else the only module that the file exports. It has to be made
      within --timeout, 30s unless told otherwise.
diff  prints what differs between two plans, and exits with 1 when anything does.

migrate-from-schedule  shows how the TypeScript files below a folder come from @nestjs/schedule to nestjs-sts, as a
      diff, and what is left to you; with --write it rewrites them. It needs TypeScript 5 or 6.
`;

type Command = (args: string[]) => Promise<Omit<CommandEnd, 'complaint'>>;

/** Each loads what it needs: Nest, the compiler, or neither. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  plan: async () => (await import('./plan.command.js')).plan,
  diff: async () => (await import('./diff.command.js')).diff,
  'migrate-from-schedule': async () => (await import('./migrate.command.js')).migrateFromSchedule,
};

/** @param args what stands after `nestjs-sts` on the command line. */
export async function runCommand(args: readonly string[]): Promise<CommandEnd> {
  if (args.includes('--help') || args.includes('-h')) return { code: 0, out: USAGE, complaint: '' };
  const [name = '', ...rest] = args;
  const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (load === undefined) return failed(unknownCommand(name), USAGE);
  try {
    const command = await load();
    return { ...(await command(rest)), complaint: '' };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return failed(message, isOfArguments(error) ? USAGE : '');
  }
}

function failed(message: string, hint: string): CommandEnd {
  return { code: 2, out: '', complaint: `nestjs-sts: ${message}\n${hint === '' ? '' : `\n${hint}`}` };
}

function unknownCommand(name: string): string {
  const names = Object.keys(COMMANDS);
  if (name === '') return `expects a command: ${names.join(', ')}.`;
  return `expects one of the commands ${names.join(', ')}, got '${name}'.${suggestion(name, names)}`;
}

/** Of `parseArgs()`, which words its errors well. */
function isOfArguments(error: unknown): boolean {
  return String((error as NodeJS.ErrnoException | null)?.code).startsWith('ERR_PARSE_ARGS');
}
