import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import { useApp } from '../app.context.js';

/** The head of a page; the window is named after it. */
export function PageHead(props: {
  title: string;
  /** Where it belongs, above the title. */
  above?: ComponentChildren;
  below?: ComponentChildren;
  tools?: ComponentChildren;
}) {
  const { config } = useApp();
  useEffect(() => {
    document.title = `${props.title} – ${config.title}`;
  }, [props.title, config.title]);
  return (
    <header class="page-head">
      <div class="page-head-text">
        {props.above !== undefined && <p class="above">{props.above}</p>}
        <h1>{props.title}</h1>
        {props.below !== undefined && <div class="below">{props.below}</div>}
      </div>
      {props.tools}
    </header>
  );
}
