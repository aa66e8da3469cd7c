/** The mark: a dial whose hands are a tick. */
export function Mark({ class: name = '' }: { class?: string }) {
  return (
    <svg class={`mark ${name}`} viewBox="0 0 32 32" width="26" height="26" aria-hidden="true">
      <rect class="mark-ground" width="32" height="32" rx="9" />
      <path class="mark-dial" d="M23.6 11.2a9 9 0 1 1-4.1-3.5" />
      <path class="mark-tick" d="M11.8 15.8l3.5 3.7 8.2-9.6" />
    </svg>
  );
}
