import { expect, it } from 'vitest';
import { percent } from '../../../../lib/dashboard/page/views/percent.js';

it.each([
  [1, '100 %'],
  [0.99999, '99.9 %'],
  [0.9123, '91.2 %'],
  [0.5, '50 %'],
  [0.00001, '0.1 %'],
  [0, '0 %'],
])('a share of %d reads %j', (share, text) => {
  expect(percent(share)).toBe(text);
});
