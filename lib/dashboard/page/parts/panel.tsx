import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';

/** A titled part of a page. */
export function Panel(props: {
  title: string;
  hint?: ComponentChildren;
  tools?: ComponentChildren;
  class?: string;
  children: ComponentChildren;
}) {
  const { title, hint, tools, children } = props;
  const id = useId();
  return (
    <section class={`panel ${props.class ?? ''}`} aria-labelledby={id}>
      <header class="panel-head">
        <h2 id={id}>{title}</h2>
        {hint !== undefined && <p class="hint">{hint}</p>}
        {tools !== undefined && <div class="panel-tools">{tools}</div>}
      </header>
      {children}
    </section>
  );
}
