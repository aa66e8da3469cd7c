import { useApp } from '../app.context.js';
import { useCell } from '../use.cell.js';
import { IconClose } from './icons.js';

/** What was just done, said aloud as well. */
export function NoticeList() {
  const { notices } = useApp();
  const shown = useCell(notices.shown);
  return (
    <div class="notices" role="status" aria-live="polite">
      {shown.map(({ id, tone, text, href }) => (
        <div key={id} class={`notice is-${tone}`}>
          <span>{text}</span>
          {href !== null && <a href={href}>Show</a>}
          <button
            type="button"
            class="button is-icon is-quiet"
            aria-label="Dismiss"
            onClick={() => notices.dismiss(id)}
          >
            <IconClose />
          </button>
        </div>
      ))}
    </div>
  );
}
