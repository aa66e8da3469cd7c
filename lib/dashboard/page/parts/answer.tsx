import type { ComponentChildren } from 'preact';
import type { Resource } from '../use.resource.js';

/** What is shown of an answer that is still to come, that failed, or that is there. */
export function Answer<T>(props: {
  from: Resource<T>;
  /** How many lines the answer will take, roughly. */
  lines?: number;
  children: (value: T) => ComponentChildren;
}) {
  const { value, problem, reload } = props.from;
  if (value !== null) {
    return (
      <>
        {problem !== null && problem.statusCode !== 0 && <Trouble message={problem.message} retry={reload} />}
        {props.children(value)}
      </>
    );
  }
  if (problem !== null) return <Trouble message={problem.message} retry={reload} />;
  return (
    <div class="skeleton" role="status">
      <span class="visually-hidden">Loading</span>
      {Array.from({ length: props.lines ?? 3 }, (_, i) => (
        <span key={i} class="skeleton-line" />
      ))}
    </div>
  );
}

export function Trouble({ message, retry }: { message: string; retry?: () => void }) {
  return (
    <div class="trouble" role="alert">
      <p>{message}</p>
      {retry !== undefined && (
        <button type="button" class="button" onClick={retry}>
          Try again
        </button>
      )}
    </div>
  );
}
