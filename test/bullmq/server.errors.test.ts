import { describe, expect, it } from 'vitest';
import { isLost, isTransient, reasonOf } from '../../lib/bullmq/server.errors.js';

const error = (message: string, code?: string | number) => Object.assign(new Error(message), { code });

describe('what a server says', () => {
  it.each([
    error('connect ECONNREFUSED 127.0.0.1:6379'),
    error('', 'ECONNRESET'),
    error('Connection is closed.'),
    error("READONLY You can't write against a read only replica."),
    error("OOM command not allowed when used memory > 'maxmemory'."),
    error('LOADING Redis is loading the dataset in memory'),
    error('CLUSTERDOWN The cluster is down'),
    error('Reached the max retries per request limit (which is 1).'),
    error('terminating connection due to administrator command', '57P01'),
    error('the database system is starting up', '57P03'),
    error('timeout exceeded when trying to connect'),
    error('could not serialize access', '40001'),
    error('deadlock detected', '40P01'),
    error('sorry, too many clients already', '53300'),
  ])('may work later: %s', said => expect(isTransient(said)).toBe(true));

  it.each([
    error('syntax error at or near "SELEC"', '42601'),
    error('duplicate key value', '23505'),
    error('WRONGPASS invalid username-password pair'),
    error('cannot be kept', 17),
    null,
    undefined,
    'text',
  ])('will not work later: %s', said => expect(isTransient(said)).toBe(false));

  it.each([
    [-1, true],
    [-2, true],
    [-3, true],
    [-6, true],
    [-4, false],
    ['ECONNRESET', false],
    [undefined, false],
  ] as const)('of a job that is another one’s has a code: %s', (code, expected) => {
    expect(isLost(error('', code as never))).toBe(expected);
  });

  it('of all addresses of a name is told together', () => {
    expect(reasonOf(new AggregateError([error('refused by a'), 'by b']))).toBe('refused by a, by b');
    expect(reasonOf(error('refused'))).toBe('refused');
    expect([isLost(null), reasonOf('text')]).toEqual([false, 'text']);
  });
});
