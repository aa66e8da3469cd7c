import { expect, it } from 'vitest';
import { baseOf, pageOf } from '../../lib/dashboard/page.js';

it('leads to its files from any address as text', () => {
  const base = baseOf({ originalUrl: `/x/"><script>'&?a=b` } as never);
  const html = pageOf('Tasks', { script: 'app.js', style: 'app.css' }, base);

  expect(html).not.toContain('"><script>\'');
  expect(html).toContain('src="&#34;&#62;&#60;script&#62;&#39;&#38;/assets/app.js"');
});
