import { bare, read, rowsOf } from './pages.js';

/** A row of docs/options.md. */
export interface DocumentedOption {
  readonly name: string;
  readonly type: string;
  readonly default: string;
  readonly text: string;
  /** A property of an object literal. */
  readonly example: string;
}

/** The rows below each heading of docs/options.md that names an interface of options. */
export function documentedOptions(): ReadonlyMap<string, readonly DocumentedOption[]> {
  const sections = read('docs/options.md').split(/^##+ .*`(\w+)`$/m);
  const names = sections.filter((_, i) => i % 2 === 1);
  return new Map(names.map((name, i) => [name, optionsIn(sections[2 * i + 2]!.split(/^##+ /m)[0]!)]));
}

function optionsIn(section: string): readonly DocumentedOption[] {
  return rowsOf(section).map(([name, type, value, text, example]) => ({
    name: bare(name!),
    type: bare(type!),
    default: bare(value!),
    text: text!,
    example: bare(example!),
  }));
}
