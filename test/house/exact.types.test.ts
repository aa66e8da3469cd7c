import { expect, it } from 'vitest';
import { publishedTypes } from './published.types.js';

it('options accept undefined where they may be left out, under exactOptionalPropertyTypes', () => {
  const user = 'test/types/exact.types.ts';

  const { userErrors } = publishedTypes([], { user, exactOptionalPropertyTypes: true });

  expect(userErrors).toEqual([]);
});
