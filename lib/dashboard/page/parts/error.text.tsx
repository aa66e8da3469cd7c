import type { ErrorView } from '../../api.views.js';

/** An error as it was thrown, its stack folded away. */
export function ErrorText({ error }: { error: ErrorView }) {
  const title = `${error.name}: ${error.message}`;
  const stack = error.stack.startsWith(title) ? error.stack.slice(title.length).trimStart() : error.stack;
  return (
    <div class="error-text">
      <p>
        <strong>{error.name}</strong> {error.message}
      </p>
      {stack !== '' && (
        <details>
          <summary>Stack</summary>
          <pre tabIndex={0}>{stack}</pre>
        </details>
      )}
    </div>
  );
}
