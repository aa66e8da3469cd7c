import type { ComponentChildren } from 'preact';

/** Nothing to show, and why. */
export function Empty({ title, children }: { title: string; children?: ComponentChildren }) {
  return (
    <div class="empty">
      <svg class="empty-art" viewBox="0 0 96 40" width="96" height="40" aria-hidden="true">
        <path d="M4 12h88M4 28h88" />
        <circle cx="28" cy="12" r="4" />
        <circle cx="60" cy="28" r="4" />
        <path class="is-now" d="M76 4v32" />
      </svg>
      <p class="empty-title">{title}</p>
      {children !== undefined && <p class="hint">{children}</p>}
    </div>
  );
}
