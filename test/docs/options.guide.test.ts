import { describe, expect, it } from 'vitest';
import { RULE_KEYS } from '../../lib/trigger/rule.js';
import { declaredOptions } from './declared.options.js';
import { documentedOptions } from './documented.options.js';
import { bare, read, rowsOf } from './pages.js';

/** docs/options.md has every option that the types have, and no other: a row for each. */
const declared = declaredOptions();
const documented = documentedOptions();

describe('the guide to options', () => {
  it('has a section for each interface of options', () => {
    expect([...documented.keys()].toSorted()).toEqual([...declared.keys()].toSorted());
  });

  it.each([...declared])('has each option of %s with its type and its default', (name, options) => {
    const told = documented.get(name)!.map(({ name, type, default: value }) => ({ name, type, value }));

    expect(told).toEqual(
      options.map(({ name, type, ...rest }) => ({ name, type, value: bare(rest.default) })),
    );
  });

  it.each([...documented])('shows each option of %s in an example', (_name, options) => {
    const silent = options.filter(
      ({ name, example }) => !example.startsWith(`${name.split('.')[0]}:`) || !/\w/.test(example),
    );

    expect(silent).toEqual([]);
  });

  it('says what each one is', () => {
    const said = [...documented.values()].flat().map(({ text }) => text);

    expect(said.length).toBeGreaterThan(100);
    expect(said.filter(text => text.length < 10)).toEqual([]);
  });

  it('has the rules that stand among the options in code', () => {
    const [, section] = read('docs/options.md').split('the rule is a key among the options');
    const rules = rowsOf(section!.split('\n## ')[0]!).map(([rule]) => bare(rule!));

    expect(rules).toEqual([...RULE_KEYS]);
  });
});
