import { spawn } from 'node:child_process';

/** How a process ended: by itself with a code, or by a signal. */
export interface End {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A process of Node that a test has started. What it does not do in time is an error that shows its output. */
export interface Child {
  readonly pid: number;
  /** What it has printed so far, on both streams. */
  lines(): readonly string[];
  /** Resolves with the first line that matches, printed already or still to come. */
  line(pattern: RegExp, withinMs?: number): Promise<string>;
  end(withinMs?: number): Promise<End>;
  kill(signal: NodeJS.Signals): void;
}

const PATIENCE_MS = 60_000;

/** @param env what is added to this process's own environment. */
export function startNode(args: readonly string[], env: Readonly<Record<string, string>> = {}): Child {
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, FORCE_COLOR: undefined, NO_COLOR: '1', ...env },
  });
  let output = '';
  const lines = () => output.split('\n').slice(0, -1);
  const onOutput = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      onOutput.forEach(look => look());
    });
  }
  const ended = new Promise<End>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal }));
  });
  const failure = (what: string) => new Error(`The process ${what}. It printed:\n${output}`);

  return {
    pid: child.pid!,
    lines,
    line(pattern, withinMs = PATIENCE_MS) {
      return new Promise((resolve, reject) => {
        const settle = (act: () => void) => {
          onOutput.delete(look);
          clearTimeout(timer);
          act();
        };
        const look = () => {
          const found = lines().find(line => pattern.test(line));
          if (found !== undefined) settle(() => resolve(found));
        };
        const give = (what: string) => () => settle(() => reject(failure(what)));
        const timer = setTimeout(give(`did not print ${String(pattern)} in ${withinMs} ms`), withinMs);
        onOutput.add(look);
        look();
        void ended.then(give(`ended without ${String(pattern)}`), reject);
      });
    },
    end(withinMs = PATIENCE_MS) {
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(failure(`did not end in ${withinMs} ms`)), withinMs);
        void ended.then(resolve, reject).finally(() => clearTimeout(timer));
      });
    },
    kill: signal => void child.kill(signal),
  };
}
