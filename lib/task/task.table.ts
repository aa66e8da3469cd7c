import { DuplicateTaskError, UnknownTaskError } from '../errors.js';
import type { TaskDefinition } from './task.definition.js';

/** All tasks of the app, by name, in order of creation. */
export class TaskTable {
  readonly #tasks = new Map<string, TaskDefinition>();
  /** The names of the tasks of each owner. */
  readonly #names = new Map<object, readonly string[]>();
  readonly #since = new Map<string, number>();

  /**
   * @param at epoch ms.
   * @throws {DuplicateTaskError} when the name is taken; it names both places, and the remedy.
   */
  add(
    task: TaskDefinition,
    at: number,
    remedy = 'Give one of the two another name with the option `name`.',
  ): void {
    const other = this.#tasks.get(task.name);
    if (other !== undefined) {
      throw new DuplicateTaskError({
        where: task.place,
        expected: `a name of its own, but ${other.place} has it already`,
        got: task.name,
        remedy,
      });
    }
    this.#tasks.set(task.name, task);
    this.#since.set(task.name, at);
    const names = this.#names.get(task.owner);
    this.#names.set(task.owner, names === undefined ? [task.name] : [...names, task.name]);
  }

  /** Puts a task in the place of the one with its name, which has the same owner. */
  replace(task: TaskDefinition, at: number): void {
    const known = this.#tasks.get(task.name)?.triggers ?? [];
    if (!task.triggers.every(trigger => known.includes(trigger))) this.#since.set(task.name, at);
    this.#tasks.set(task.name, task);
  }

  remove(name: string): void {
    const task = this.#tasks.get(name);
    if (task === undefined) return;
    this.#tasks.delete(name);
    this.#since.delete(name);
    const left = this.#names.get(task.owner)!.filter(other => other !== name);
    if (left.length > 0) this.#names.set(task.owner, left);
    else this.#names.delete(task.owner);
  }

  /** The tasks whose handler an object bears. */
  ofOwner(owner: object): readonly TaskDefinition[] {
    return this.#names.get(owner)?.map(name => this.#tasks.get(name)!) ?? [];
  }

  /** Since when a task is due by its present triggers, epoch ms. */
  sinceOf(name: string): number {
    return this.#since.get(name) ?? -Infinity;
  }

  find(name: string): TaskDefinition | undefined {
    return this.#tasks.get(name);
  }

  /** @throws {UnknownTaskError} with the nearest name. */
  get(name: string): TaskDefinition {
    const task = this.#tasks.get(name);
    if (task === undefined) throw new UnknownTaskError(name, this.#tasks.keys());
    return task;
  }

  all(): readonly TaskDefinition[] {
    return [...this.#tasks.values()];
  }
}
