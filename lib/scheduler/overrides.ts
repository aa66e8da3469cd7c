import { didYouMean } from '../error.text.js';
import { InvalidOptionError, taskMeant } from '../errors.js';
import type { Declaration } from '../task/task.declaration.js';
import type { RawTask, TaskDefinition } from '../task/task.definition.js';
import { omit, updated } from './updated.task.js';

/** What the module's options say of single tasks: it beats their decorators, and a call or an update beats it. */
export class Overrides {
  readonly #byName: ReadonlyMap<string, Declaration>;

  constructor(byName: ReadonlyMap<string, Declaration>) {
    this.#byName = byName;
  }

  /** @param call what adds the task at run time: what it says itself is not overridden. */
  over(raw: RawTask, call?: Declaration): RawTask {
    if (this.#byName.size === 0) return raw;
    const said = call === undefined ? raw.declarations : [...raw.declarations, call];
    const name = said.find(({ options }) => options?.name !== undefined)?.options.name ?? raw.name;
    const override = this.#byName.get(name);
    if (override === undefined) return raw;
    return updated(raw, call === undefined ? override : beneath(override, call));
  }

  /**
   * @param tasks all that there are when the app starts.
   * @throws {InvalidOptionError} for a name that is none of them, with the one that may be meant.
   */
  refuseUnknownNames(tasks: readonly TaskDefinition[]): void {
    const known = tasks.map(({ name }) => name);
    for (const [name, { where }] of this.#byName) {
      if (known.includes(name)) continue;
      const place = where.slice(0, -`: ${name}`.length);
      const ofClass = known.find(task => task.startsWith(`${name}.`));
      const remedy = didYouMean(ofClass ?? taskMeant(name, known)).trim();
      throw new InvalidOptionError({
        where: place,
        expected: 'names of tasks that are there when the app starts',
        got: name,
        remedy,
      });
    }
  }
}

function beneath(override: Declaration, call: Declaration): Declaration {
  return { ...override, options: omit(override.options, Object.keys(call.options ?? {})) };
}
