import ts from 'typescript';
import type { Option } from '../source/object.literal.js';
import { grouped, isFalse, isTrue, numberIn } from '../source/object.literal.js';
import type { Rewriting } from '../source/rewriting.js';

/** What takes the place of an option: other ones, or nothing. */
type Rewritten = readonly string[] | 'kept';

type Rule = (option: Option, rewriting: Rewriting) => Rewritten;

const RULES: Readonly<Record<string, Rule>> = {
  name: () => 'kept',
  timeZone: () => 'kept',
  utcOffset: ({ node, value }, { leave }) => {
    const minutes = numberIn(value);
    if (minutes !== undefined) return [`timeZone: '${offsetText(minutes)}'`];
    leave(node, "utcOffset, in minutes, has to be written as a timeZone such as '+02:00'");
    return 'kept';
  },
  unrefTimeout: ({ node, value }, { leave }) => {
    if (!isFalse(value)) leave(node, 'unrefTimeout stands for all tasks: forRoot({ blocking: false })');
    return [];
  },
  waitForCompletion: ({ value }, { text }) => {
    if (isTrue(value)) return ["overlap: 'skip'"];
    return isFalse(value) ? [] : [`overlap: ${grouped(value, text)} ? 'skip' : 'allowAll'`];
  },
  disabled: ({ value }, { text }) => {
    if (isTrue(value)) return ['enabled: false'];
    return isFalse(value) ? [] : [`enabled: !${grouped(value, text)}`];
  },
  threshold: ({ value }, { text }) => ["misfire: 'skip'", `misfireGrace: ${text(value)}`],
  initialDelay: ({ node, value }, { text, change }) => {
    change(
      node,
      'initialDelay counted from the start of the app; startAt counts from when the file is loaded',
    );
    return [`startAt: Date.now() + ${grouped(value, text)}`];
  },
};

/** The texts of the options of a job's literal, by their nodes; `null` takes one out. */
export function cronOptionTexts(
  options: readonly Option[],
  rewriting: Rewriting,
): ReadonlyMap<ts.Node, string | null> {
  const texts = new Map<ts.Node, string | null>();
  for (const option of options) {
    const rule = Object.hasOwn(RULES, option.key) ? RULES[option.key] : undefined;
    if (rule === undefined) rewriting.leave(option.node, `${option.key} is no option here`);
    const rewritten = rule?.(option, rewriting) ?? 'kept';
    if (rewritten === 'kept') continue;
    texts.set(option.node, rewritten.length === 0 ? null : rewritten.join(', '));
  }
  return texts;
}

/** `120` is `'+02:00'`. */
function offsetText(minutes: number): string {
  const size = Math.abs(minutes);
  const two = (n: number) => String(n).padStart(2, '0');
  return `${minutes < 0 ? '-' : '+'}${two(Math.trunc(size / 60))}:${two(size % 60)}`;
}
