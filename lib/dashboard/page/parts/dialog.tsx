import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';

/** A native dialog: Escape closes it, the focus stays inside and returns to where it was. */
export function Dialog(props: {
  title: string;
  close: () => void;
  submit: () => void;
  action: ComponentChildren;
  tone?: 'primary' | 'danger';
  isBusy: boolean;
  problem: string | null;
  children: ComponentChildren;
}) {
  const ref = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const before = document.activeElement;
    ref.current?.showModal();
    return () => before instanceof HTMLElement && before.focus();
  }, []);
  return (
    <dialog ref={ref} class="dialog" aria-labelledby={id} onClose={props.close}>
      <form
        onSubmit={event => {
          event.preventDefault();
          props.submit();
        }}
      >
        <h2 id={id}>{props.title}</h2>
        <div class="dialog-body">{props.children}</div>
        {props.problem !== null && (
          <p class="dialog-problem" role="alert">
            {props.problem}
          </p>
        )}
        <div class="dialog-actions">
          <button type="button" class="button" onClick={() => ref.current?.close()}>
            Back
          </button>
          <button type="submit" class={`button is-${props.tone ?? 'primary'}`} disabled={props.isBusy}>
            {props.action}
          </button>
        </div>
      </form>
    </dialog>
  );
}
