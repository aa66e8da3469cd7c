import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Type } from '@nestjs/common';
import { MODULE_METADATA } from '@nestjs/common/constants.js';
import { suggestion } from '../error.text.js';

/** The key by which most apps export their root module. */
const DEFAULT_EXPORT = 'AppModule';

/**
 * The Nest module that a compiled file exports, of either module system.
 *
 * @param wanted the name of its export; `undefined` = AppModule, else the only one that there is.
 * @throws {Error} that says what the file exports.
 */
export async function moduleOf(file: string, wanted: string | undefined): Promise<Type> {
  const exported = await exportsOf(file);
  const modules = [...exported].filter((entry): entry is [string, Type] => isModule(entry[1]));
  const found = modules.find(([name]) => name === (wanted ?? DEFAULT_EXPORT));
  if (found !== undefined) return found[1];
  const distinct = [...new Set(modules.map(([, type]) => type))];
  if (wanted === undefined && distinct.length === 1) return distinct[0]!;
  const names = modules.map(([name]) => name);
  const got = names.length === 0 ? 'none' : names.join(', ');
  if (wanted === undefined)
    throw new Error(`${file} expects one Nest module, got ${got}. ${remedyFor(names)}`);
  const hint = suggestion(wanted, names);
  throw new Error(`${file} expects a Nest module under the name '${wanted}', got ${got}.${hint}`);
}

function remedyFor(names: readonly string[]): string {
  if (names.length > 0) return 'Choose one with --export <name>.';
  return 'Give the compiled file (JavaScript) that exports a class with @Module().';
}

/** What CommonJS exports is in `default`, too, where Node does not see its names. */
async function exportsOf(file: string): Promise<ReadonlyMap<string, unknown>> {
  const url = pathToFileURL(resolve(file)).href;
  const namespace = await imported(url, file);
  const { default: main } = namespace;
  const ofMain = typeof main === 'object' && main !== null ? Object.entries(main) : [];
  return new Map([...ofMain, ...Object.entries(namespace)]);
}

async function imported(url: string, file: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    return (await import(url)) as Readonly<Record<string, unknown>>;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException | null)?.code !== 'ERR_UNKNOWN_FILE_EXTENSION') throw cause;
    throw new Error(`${file} is no JavaScript. Give the compiled file, such as dist/app.module.js.`, {
      cause,
    });
  }
}

function isModule(value: unknown): boolean {
  if (typeof value !== 'function') return false;
  return Object.values(MODULE_METADATA).some(key => Reflect.hasOwnMetadata(key, value));
}
