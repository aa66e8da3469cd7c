import { describe, expect, it } from 'vitest';
import { logLines, newest } from '../../../../lib/dashboard/page/views/log.lines.js';

const line = (at: number, message = `${at}`) => ({ at, attempt: 1, level: 'INFO', message }) as const;
const lines = (from: number, to: number, at = (i: number) => i) =>
  Array.from({ length: to - from }, (_, i) => line(at(from + i), `${from + i}`));
const messages = (all: readonly { message: string }[]) => all.map(({ message }) => message);

describe('the lines of a run', () => {
  it('are those that were kept and those that came since, each once', () => {
    expect(logLines(lines(0, 5), lines(3, 8))).toEqual(lines(0, 8));
  });

  it('keep those that came by events when the server keeps newer ones only', () => {
    expect(logLines(lines(5, 8), lines(0, 8))).toEqual(lines(0, 8));
  });

  it('stay in order within one ms', () => {
    const at = () => 7;

    expect(messages(logLines(lines(5, 8, at), lines(0, 8, at)))).toEqual(messages(lines(0, 8)));
    expect(messages(logLines(lines(0, 5, at), lines(3, 8, at)))).toEqual(messages(lines(0, 8)));
  });

  it('may be the same several times', () => {
    const same = [line(1, 'again'), line(1, 'again')];

    expect(logLines(same, [])).toEqual(same);
    expect(logLines(same, [line(1, 'again')])).toEqual(same);
    expect(logLines([], same)).toEqual(same);
  });

  it('have in their place what events did not tell', () => {
    expect(logLines(lines(0, 6), [...lines(0, 2), ...lines(4, 6)])).toEqual(lines(0, 6));
  });

  it('are the newest thousand', () => {
    expect(logLines(lines(0, 600), lines(600, 1_200))).toEqual(lines(200, 1_200));
    expect(newest(lines(0, 1_200))).toHaveLength(1_000);
  });
});
