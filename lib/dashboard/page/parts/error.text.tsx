import type { ErrorView } from '../../api.views.js';

/** An error as it was thrown; its stack can be folded away. */
export function ErrorText({ error, isOpen = false }: { error: ErrorView; isOpen?: boolean }) {
  const title = `${error.name}: ${error.message}`;
  const frames = error.stack.startsWith(title) ? error.stack.slice(title.length) : error.stack;
  const stack = frames.trim().replace(/^ {4}(?=at )/gm, '');
  return (
    <div class="error-text">
      <p>
        <strong>{error.name}</strong> {error.message}
      </p>
      {stack !== '' && (
        <details open={isOpen}>
          <summary>Stack</summary>
          <pre tabIndex={0}>{stack}</pre>
        </details>
      )}
    </div>
  );
}
