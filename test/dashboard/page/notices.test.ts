import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createNotices } from '../../../lib/dashboard/page/notices.js';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

describe('the notices', () => {
  const texts = ({ shown }: ReturnType<typeof createNotices>) => shown.get().map(({ text }) => text);
  const say = (notices: ReturnType<typeof createNotices>, text: string) =>
    notices.say({ tone: 'good', text, href: null });

  it('are the newest three, and go after 8 s', () => {
    const notices = createNotices();
    for (const text of ['a', 'b', 'c', 'd']) say(notices, text);
    expect(texts(notices)).toEqual(['b', 'c', 'd']);

    vi.advanceTimersByTime(8_000);

    expect(texts(notices)).toEqual([]);
  });

  it('tell who listens, until they are dismissed', () => {
    const notices = createNotices();
    const listener = vi.fn<() => void>();
    const unlisten = notices.shown.listen(listener);
    say(notices, 'a');

    notices.dismiss(notices.shown.get()[0]!.id);
    unlisten();
    say(notices, 'b');

    expect(listener).toHaveBeenCalledTimes(2);
    expect(texts(notices)).toEqual(['b']);
  });
});
