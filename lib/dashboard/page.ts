import type { HttpRequest } from './http.js';

/** Nothing runs, and nothing is loaded, but what comes from the same place as the page. */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The one page; everything else is the script's. */
export function pageOf(
  title: string,
  assets: { readonly script: string; readonly style: string },
  base: string,
): string {
  const at = escaped(base);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escaped(title)}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${at}assets/${assets.style}">
<script type="module" src="${at}assets/${assets.script}"></script>
</head>
<body>
<div id="app"></div>
<noscript>The dashboard needs JavaScript. Its data: ${at}api/tasks</noscript>
</body>
</html>
`;
}

/**
 * Leads from the page to what lies below it: `''` when it was asked for with a slash at the end, else the last part of
 * its path. Nothing else of the path is used: a proxy may have cut its beginning off.
 */
export function baseOf({ originalUrl }: HttpRequest): string {
  const path = originalUrl.replace(/[?#].*$/, '');
  return path.endsWith('/') ? '' : `${path.slice(path.lastIndexOf('/') + 1)}/`;
}

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, character => `&#${character.charCodeAt(0)};`);
}
