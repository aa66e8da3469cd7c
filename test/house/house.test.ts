import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { VERSION } from '../../lib/version.js';
import { libImports } from './lib.graph.js';

/** A room imports only from itself and from rooms above it. */
const ROOMS = [
  'error.text.ts',
  'errors.ts',
  'peer.ts',
  'version.ts',
  'option.keys.ts',
  'source',
  'time',
  'trigger',
  'run',
  'log',
  'policy',
  'task',
  'decorators',
  'executor',
  'engine',
  'environment.ts',
  'sts.options.ts',
  'sts.settings.ts',
  'explorer',
  'scheduler',
  'module',
  'metrics',
  'sts.module.ts',
  'index.ts',
];

/** A door imports rooms; no room imports a door, no door another. Not all are exported: tools have theirs. */
const DOORS = [
  'bullmq',
  'dashboard',
  'heartbeat',
  'migration',
  'otel',
  'prometheus',
  'schematics',
  'sqlite',
  'terminus',
  'testing',
  'worker',
];

/** What is started: it imports rooms and doors, and nothing imports it. */
const COMMANDS = ['command'];

const roomOf = (file: string) => file.split('/')[0]!;
const imports = libImports();
const edges = [...imports].flatMap(([from, targets]) => targets.map(to => ({ from, to })));

describe('the house', () => {
  it('has a place for every file', () => {
    const homeless = [...imports.keys()].filter(
      file => ![...ROOMS, ...DOORS, ...COMMANDS].includes(roomOf(file)),
    );

    expect(homeless).toEqual([]);
    expect(imports.size).toBeGreaterThan(40);
  });

  it('has imports only from a room to itself or to rooms above it', () => {
    const rank = (file: string) => ROOMS.indexOf(roomOf(file));
    const wrong = edges
      .filter(({ from }) => ROOMS.includes(roomOf(from)))
      .filter(({ from, to }) => DOORS.includes(roomOf(to)) || rank(to) > rank(from));

    expect(wrong).toEqual([]);
  });

  it('has doors that import no other door and no index', () => {
    const wrong = edges
      .filter(({ from }) => DOORS.includes(roomOf(from)))
      .filter(
        ({ from, to }) => to === 'index.ts' || (DOORS.includes(roomOf(to)) && roomOf(to) !== roomOf(from)),
      );

    expect(wrong).toEqual([]);
  });

  it('has a command that nothing imports', () => {
    const isCommand = (file: string) => COMMANDS.includes(roomOf(file));

    expect(edges.filter(({ from, to }) => isCommand(to) && !isCommand(from))).toEqual([]);
  });

  it('has no circle, types included', () => {
    const circles: string[] = [];
    const done = new Set<string>();
    const visit = (file: string, path: readonly string[]) => {
      if (path.includes(file)) circles.push([...path.slice(path.indexOf(file)), file].join(' > '));
      if (path.includes(file) || done.has(file)) return;
      for (const target of imports.get(file) ?? []) visit(target, [...path, file]);
      done.add(file);
    };
    for (const file of imports.keys()) visit(file, []);

    expect(circles).toEqual([]);
  });

  it('imports files that exist', () => {
    expect(edges.filter(({ to }) => !imports.has(to))).toEqual([]);
  });
});

describe('the version', () => {
  it('is that of the package', () => {
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
      version: string;
    };

    expect(VERSION).toBe(version);
  });
});
