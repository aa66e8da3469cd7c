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

plan  prints when the tasks of a compiled Nest module are due, from --from on and before --to: instants such
      as 2026-01-01T00:00:00Z, or days such as 2026-01-01, which begin at midnight UTC. The module is the
      export named by --export, else AppModule, else the only module that the file exports. It has to be made
      within --timeout, 30s unless told otherwise.
diff  prints what differs between two plans, and exits with 1 when anything does.
`;

type Command = (args: string[]) => Promise<Omit<CommandEnd, 'complaint'>>;

/** Each loads what it needs: of the two, only one knows Nest. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  plan: async () => (await import('./plan.command.js')).plan,
  diff: async () => (await import('./diff.command.js')).diff,
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
  if (name === '') return 'expects a command, plan or diff.';
  return `expects the command plan or diff, got '${name}'.${suggestion(name, Object.keys(COMMANDS))}`;
}

/** Of `parseArgs()`, which words its errors well. */
function isOfArguments(error: unknown): boolean {
  return String((error as NodeJS.ErrnoException | null)?.code).startsWith('ERR_PARSE_ARGS');
}
