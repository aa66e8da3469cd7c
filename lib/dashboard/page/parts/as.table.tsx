import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';

/** The numbers of a chart, for those who do not see it; made only when asked for. */
export function AsTable(props: {
  caption: string;
  head: readonly string[];
  rows: () => readonly (readonly ComponentChildren[])[];
}) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details class="as-table" onToggle={event => setOpen(event.currentTarget.open)}>
      <summary>Show as table</summary>
      {isOpen && (
        <div class="scroller" role="region" aria-label={`${props.caption}, as a table`} tabIndex={0}>
          <table class="table">
            <caption class="visually-hidden">{props.caption}</caption>
            <thead>
              <tr>
                {props.head.map(text => (
                  <th key={text} scope="col">
                    {text}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {props.rows().map((cells, row) => (
                <tr key={row}>
                  {cells.map((content, column) => (
                    <td key={column}>{content}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </details>
  );
}
