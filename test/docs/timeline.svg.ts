import type { Outcome } from '../../lib/run/outcome.js';
import type { FinishedRun } from '../../lib/run/run.js';

/** What is drawn: the runs of some tasks from `start` on, for so many seconds. */
export interface Picture {
  readonly title: string;
  /** Of the tasks, from top to bottom. */
  readonly names: readonly string[];
  /** Epoch ms. */
  readonly start: number;
  /** In seconds. */
  readonly span: number;
  readonly runs: readonly FinishedRun[];
  /** A stretch in which something else happens, in seconds after the start. */
  readonly shade?: { readonly from: number; readonly to: number; readonly text: string };
}

const WIDTH = 720;
const RIGHT = 24;
const LANE = 26;
const BAR = 18;
/** Of one letter, in px, about. */
const LETTER = 6.1;

/** Its colours are told apart by words as well, and its panel goes with the reader's light or dark scheme. */
const STYLE = `
.panel{fill:#fff;stroke:#d0d7de}text{font:11px ui-monospace,Menlo,Consolas,monospace;fill:#1f2328}
.dim{fill:#59636e}.grid{stroke:#d0d7de}.shade{fill:#818b9826}.due{fill:#0969da}.skip{stroke:#59636e;stroke-width:2;fill:none}
.wait{stroke:#59636e;stroke-width:2;stroke-dasharray:3 3}.in{fill:#fff;font-size:10px}
.success{fill:#1a7f37}.failure{fill:#cf222e}.timeout{fill:#bc4c00}.cancelled{fill:#7d4e00}.abandoned{fill:#6639ba}
@media(prefers-color-scheme:dark){.panel{fill:#0d1117;stroke:#3d444d}text{fill:#f0f6fc}.dim{fill:#9198a1}.grid{stroke:#3d444d}
.shade{fill:#818b9840}.due{fill:#4493f8}.skip,.wait{stroke:#9198a1}.in{fill:#fff}}`.replaceAll('\n', '');

/** A timeline: a dot for each due instant, a bar for each attempt, dashes for what waits, a cross for what is skipped. */
export function svgOf(picture: Picture): string {
  const { names } = picture;
  const left = names.length === 1 ? RIGHT : RIGHT + Math.max(...names.map(name => name.length)) * 8;
  const scale = (WIDTH - left - RIGHT) / picture.span;
  const x = (at: number) => round(Math.min(left + ((at - picture.start) / 1_000) * scale, WIDTH - RIGHT));
  const parts: string[] = [];
  let y = 44;
  for (const name of names) {
    const runs = picture.runs.filter(({ taskName }) => taskName === name);
    if (names.length > 1) parts.push(text(12, y + 4, name));
    parts.push(...runs.map(run => due(run, { x, y, end: picture.start + picture.span * 1_000 })));
    y += runs.some(({ outcome }) => outcome.kind === 'skipped') ? 28 : 14;
    const lanes = lanesOf(runs.filter(({ startedAt }) => startedAt !== null));
    parts.push(...lanes.flatMap((lane, i) => lane.map(run => bars(run, x, y + i * LANE))));
    y += lanes.length * LANE + 12;
  }
  const axis = axisOf(picture, x, y);
  const height = y + 22;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}">
<title>${escaped(picture.title)}</title>
<style>${STYLE}</style>
<rect class="panel" x=".5" y=".5" width="${WIDTH - 1}" height="${height - 1}" rx="6"/>
${[shadeOf(picture, x, y), ...axis, text(12, 18, picture.title), ...parts].filter(part => part !== '').join('\n')}
</svg>
`;
}

function shadeOf({ shade, start }: Picture, x: (at: number) => number, bottom: number): string {
  if (shade === undefined) return '';
  const [from, to] = [x(start + shade.from * 1_000), x(start + shade.to * 1_000)];
  const label = text((from + to) / 2, bottom - 4, shade.text, 'dim', 'middle');
  return `<rect class="shade" x="${from}" y="26" width="${round(to - from)}" height="${bottom - 26}"/>\n${label}`;
}

function axisOf({ start, span }: Picture, x: (at: number) => number, bottom: number): readonly string[] {
  const step = span <= 60 ? 10 : span / 6;
  return Array.from({ length: Math.floor(span / step) + 1 }, (_, i) => {
    const at = x(start + i * step * 1_000);
    const line = `<path class="grid" d="M${at} 26V${bottom}"/>`;
    return `${line}${text(at, bottom + 14, `${i * step} s`, 'dim', 'middle')}`;
  });
}

/** A dot, or for what is skipped a cross with the reason below; several that were skipped together are one. */
function due(
  { dueAt, outcome }: FinishedRun,
  { x, y, end }: { x: (at: number) => number; y: number; end: number },
): string {
  const at = x(dueAt);
  if (outcome.kind !== 'skipped') return `<circle class="due" cx="${at}" cy="${y}" r="4"/>`;
  const until = Math.min(outcome.lastDueAt, end);
  const cross = (center: number) => `<path class="skip" d="M${round(center - 4)} ${y - 4}l8 8m0-8l-8 8"/>`;
  const label = outcome.count === 1 ? outcome.reason : `${outcome.reason} × ${outcome.count}`;
  const last =
    outcome.count === 1
      ? ''
      : `<path class="skip" d="M${at + 6} ${y}H${round(x(until) - 6)}"/>${cross(x(until))}`;
  return `${cross(at)}${last}${text((at + x(until)) / 2, y + 17, label, 'dim', 'middle')}`;
}

/** Runs that do not meet share a lane. */
function lanesOf(runs: readonly FinishedRun[]): readonly (readonly FinishedRun[])[] {
  const lanes: FinishedRun[][] = [];
  for (const run of runs.toSorted((a, b) => a.dueAt - b.dueAt)) {
    const free = lanes.find(lane => lane.every(other => other.endedAt <= run.dueAt));
    if (free === undefined) lanes.push([run]);
    else free.push(run);
  }
  return lanes;
}

/** Its attempts, and dashes while it waits for its start or its next attempt. */
function bars(run: FinishedRun, x: (at: number) => number, y: number): string {
  const { dueAt } = run;
  const attempts = attemptsOf(run);
  const before = [dueAt, ...attempts.map(({ endedAt }) => endedAt)];
  return attempts
    .map(({ startedAt, endedAt, outcome }, i) => {
      const wait = startedAt > before[i]! ? dashes(x(before[i]!), x(startedAt), y + BAR / 2) : '';
      const width = Math.max(round(x(endedAt) - x(startedAt)), 4);
      const bar = `<rect class="${outcome.kind}" x="${x(startedAt)}" y="${y}" width="${width}" height="${BAR}" rx="3"/>`;
      return `${wait}${bar}${inside(labelOf(outcome), x(startedAt), y, width)}`;
    })
    .join('');
}

/** The attempt that a crash cut off left no record: it is drawn until somebody found that. */
function attemptsOf({ attempts, startedAt, endedAt, outcome }: FinishedRun): FinishedRun['attempts'] {
  const isCrash = outcome.kind === 'abandoned' && outcome.reason === 'crash' && startedAt !== null;
  return isCrash ? [...attempts, { number: attempts.length + 1, startedAt, endedAt, outcome }] : attempts;
}

function dashes(from: number, to: number, y: number): string {
  return `<path class="wait" d="M${from} ${y}H${to}"/>`;
}

function labelOf(outcome: Outcome): string {
  return 'reason' in outcome ? `${outcome.kind}: ${outcome.reason}` : outcome.kind;
}

/** As much of it as there is room for: all, its first word, or nothing. */
function inside(label: string, x: number, y: number, width: number): string {
  const fits = [label, label.split(':')[0]!].find(words => words.length * LETTER < width - 4);
  return fits === undefined ? '' : text(x + width / 2, y + 13, fits, 'in', 'middle');
}

function text(x: number, y: number, words: string, style = '', anchor = ''): string {
  const attributes = `${style && ` class="${style}"`}${anchor && ` text-anchor="${anchor}"`}`;
  return `<text x="${round(x)}" y="${round(y)}"${attributes}>${escaped(words)}</text>`;
}

const round = (px: number) => Math.round(px * 10) / 10;
const escaped = (words: string) =>
  words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
