/** One time series of the text that Prometheus reads. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A metric with all of its samples: those of a histogram have names of their own. */
export interface Family {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  readonly samples: readonly Sample[];
}

const NAME = '[a-zA-Z_:][a-zA-Z0-9_:]*';
const LABEL = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)/;
const SAMPLE = new RegExp(`^(${NAME})(?:\\{(.*)\\})? (\\S+)$`);

/**
 * Reads the text format, version 0.0.4, and refuses whatever its specification does not allow: a sample before its TYPE,
 * families in pieces, a series twice.
 */
export function parseExposition(text: string): ReadonlyMap<string, Family> {
  const families = new Map<string, { name: string; type: string; help: string; samples: Sample[] }>();
  const series = new Set<string>();
  let current = '';
  if (!text.endsWith('\n')) throw new Error('The last line does not end.');
  for (const line of text.split('\n')) {
    const [, keyword, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line) ?? [];
    if (keyword !== undefined) {
      if (name !== current && families.has(name)) throw new Error(`${name} is in pieces.`);
      current = name;
      const family = families.get(name) ?? { name, type: '', help: '', samples: [] };
      if (family.samples.length > 0) throw new Error(`${keyword} of ${name} comes after its samples.`);
      families.set(name, { ...family, [keyword.toLowerCase()]: rest });
    } else if (line !== '' && !line.startsWith('#')) {
      const sample = sampleOf(line);
      const family = families.get(current);
      const suffix = family?.type === 'histogram' ? '(_bucket|_sum|_count)' : '';
      if (!new RegExp(`^${current}${suffix}$`).test(sample.name))
        throw new Error(`Not of ${current}: ${line}`);
      const key = JSON.stringify([sample.name, Object.entries(sample.labels).toSorted()]);
      if (series.has(key)) throw new Error(`Twice: ${line}`);
      series.add(key);
      family!.samples.push(sample);
    }
  }
  return families;
}

function sampleOf(line: string): Sample {
  const [, name, labels = '', value = ''] = SAMPLE.exec(line) ?? [];
  if (name === undefined || (Number.isNaN(Number(value)) && !/^(NaN|[+-]Inf)$/.test(value)))
    throw new Error(`Not a sample: ${line}`);
  return { name, labels: labelsOf(labels, line), value: value === '+Inf' ? Infinity : Number(value) };
}

function labelsOf(text: string, line: string): Record<string, string> {
  const labels: Record<string, string> = {};
  for (let rest = text; rest !== '';) {
    const [all, name = '', value = ''] = LABEL.exec(rest) ?? [];
    if (all === undefined || Object.hasOwn(labels, name)) throw new Error(`Not labels: ${line}`);
    labels[name] = value.replace(/\\(.)/g, (_, c: string) => (c === 'n' ? '\n' : c));
    rest = rest.slice(all.length);
  }
  return labels;
}

const NO_BASE_UNITS =
  /(^|_)(milli|micro|nano|kilo|mega|giga|kibi|mebi|gibi)?(seconds?|meters?|bytes?|grams?|volts?|amperes?|joules?|celsius|kelvin|ratio)(_|$)/;
const OTHER_UNITS = /(^|_)(minutes?|hours?|days?|weeks?|bits?|inches|miles|fahrenheit|percent(age)?)(_|$)/;

/** What `promtool check metrics` complains of. */
export function lint({ name, type, help, samples }: Family): readonly string[] {
  const [, , prefix] = NO_BASE_UNITS.exec(name) ?? [];
  const labels = new Set(samples.flatMap(sample => Object.keys(sample.labels)));
  const has = (label: string) => labels.has(label);
  const complaints = [
    [help === '', 'no help text'],
    [type === '', 'no type'],
    [type === 'counter' && !name.endsWith('_total'), 'counter metrics should have "_total" suffix'],
    [type !== 'counter' && name.endsWith('_total'), 'non-counter metrics should not have "_total" suffix'],
    [prefix !== undefined || OTHER_UNITS.test(name), 'use base units'],
    [/_(s|ms|us|ns|sec|b|kb|mb|gb|m|h|d)$/.test(name), 'metric names should not contain abbreviated units'],
    [/(^|_)(counter|gauge|histogram|summary)(_|$)/.test(name), 'metric name should not include its type'],
    [
      type !== 'histogram' && name.endsWith('_bucket'),
      'non-histogram metrics should not have "_bucket" suffix',
    ],
    [
      !/histogram|summary/.test(type) && /_(count|sum)$/.test(name),
      'should not have "_count" or "_sum" suffix',
    ],
    [type !== 'histogram' && has('le'), 'non-histogram metrics should not have "le" label'],
    [type !== 'summary' && has('quantile'), 'non-summary metrics should not have "quantile" label'],
    [name.includes(':'), 'metric names should not contain ":"'],
    [/[a-z][A-Z]/.test(name), 'metric names should be written in "snake_case"'],
    [[...labels].some(label => /[a-z][A-Z]/.test(label)), 'label names should be written in "snake_case"'],
  ] as const;
  return complaints.flatMap(([isWrong, complaint]) => (isWrong ? [`${name}: ${complaint}`] : []));
}
