import { describe, expect, it } from 'vitest';
import { readPayload } from '../../../../lib/dashboard/page/parts/payload.js';

describe('a payload as it is typed', () => {
  it('may be empty, which sends none', () => {
    expect(readPayload(' \n')).toEqual({ body: {}, mistake: null });
  });

  it.each(['null', '0', '"text"', '{ "since": "2026-01-01" }'])('is sent as it is: %s', text => {
    expect(readPayload(text)).toEqual({ body: { payload: JSON.parse(text) as unknown }, mistake: null });
  });

  it('is refused when it is no JSON', () => {
    expect(readPayload('{ since: 1 }').mistake).toMatch(/^This is no JSON: /);
  });
});
