import ts from 'typescript';
import { PAGES, read } from './pages.js';

/** A block of code on a page. */
export interface CodeBlock {
  /** `docs/time.md:42` */
  readonly place: string;
  /** `ts`, or what else stands behind the fence. */
  readonly language: string;
  readonly code: string;
  /** Whether it is run by a test: ` ```ts run `. What follows it then is what it prints. */
  readonly isRun: boolean;
  /** The block behind it, if nothing else stands between. */
  readonly next: string | undefined;
}

const FENCE = /^( *)```(\w*)( run)?\n(.*?)^\1```$/gms;

/** All blocks of all pages. */
export const BLOCKS: readonly CodeBlock[] = PAGES.flatMap(page => {
  const text = read(page);
  const found = [...text.matchAll(FENCE)];
  return found.map((match, i) => {
    const [all, , language, run, code] = match;
    const line = text.slice(0, match.index).split('\n').length + 1;
    const end = match.index + all.length;
    const follower = found[i + 1];
    const isNext = follower !== undefined && text.slice(end, follower.index).trim() === '';
    const next = isNext ? follower[4] : undefined;
    return { place: `${page}:${line}`, language: language!, code: code!, isRun: run !== undefined, next };
  });
});

/**
 * A module of what a page shows. A page leaves out what its reader knows: paragraphs that are members of some class get
 * one, whose other members may be anything, and a decorator alone gets a method.
 */
export function moduleOf(code: string): string {
  return (isModule(code) && !isMethodBody(code) ? [code] : paragraphsOf(code)).map(wholeOf).join('\n\n');
}

/** Parts of it between empty lines, none of which ends within a bracket. */
function paragraphsOf(code: string): readonly string[] {
  const paragraphs: string[] = [];
  let open = '';
  for (const part of code.split(/\n\n+/)) {
    open += `${open && '\n\n'}${part}`;
    if (!isModule(wholeOf(open, 0))) continue;
    paragraphs.push(open);
    open = '';
  }
  return open === '' ? paragraphs : [...paragraphs, open];
}

/** A paragraph with what stands around it in an app, or as it is. */
function wholeOf(paragraph: string, i: number): string {
  const members = `class Shown${i} { [member: string]: any;\n${paragraph}\n`;
  const candidates = [paragraph, `${members}}`, `${members}shown() {}\n}`];
  const whole = candidates.find(isModule) ?? paragraph;
  return isMethodBody(whole) ? `async function shown${i}(this: any) {\n${paragraph}\n}` : whole;
}

const isMethodBody = (code: string) => /^(const .* = )?await this\./m.test(code);

function isModule(code: string): boolean {
  const compilerOptions = { target: ts.ScriptTarget.ESNext, experimentalDecorators: true };
  return ts.transpileModule(code, { compilerOptions, reportDiagnostics: true }).diagnostics!.length === 0;
}
