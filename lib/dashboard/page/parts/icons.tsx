import type { ComponentChildren } from 'preact';

function Icon({ children }: { children: ComponentChildren }) {
  return (
    <svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      {children}
    </svg>
  );
}

export const IconPulse = () => (
  <Icon>
    <path d="M1.5 8.5h3l2-5 3 9 2-4h3" />
  </Icon>
);

export const IconList = () => (
  <Icon>
    <path d="M5.5 4h8.5M5.5 8h8.5M5.5 12h8.5M2 4h.01M2 8h.01M2 12h.01" />
  </Icon>
);

export const IconClock = () => (
  <Icon>
    <circle cx="8" cy="8" r="6" />
    <path d="M8 4.5V8l2.5 1.5" />
  </Icon>
);

export const IconPlay = () => (
  <Icon>
    <path class="is-filled" d="M5 3.2v9.6L12.6 8z" />
  </Icon>
);

export const IconPause = () => (
  <Icon>
    <path d="M5.5 3.5v9M10.5 3.5v9" />
  </Icon>
);

export const IconResume = () => (
  <Icon>
    <path d="M3.5 3.5v9M6.5 3.8v8.4L13 8z" />
  </Icon>
);

export const IconStop = () => (
  <Icon>
    <rect x="4" y="4" width="8" height="8" rx="1.5" />
  </Icon>
);

export const IconSearch = () => (
  <Icon>
    <circle cx="7" cy="7" r="4.5" />
    <path d="M10.5 10.5L14 14" />
  </Icon>
);

export const IconSun = () => (
  <Icon>
    <circle cx="8" cy="8" r="3" />
    <path d="M8 1.5v1.2M8 13.3v1.2M1.5 8h1.2M13.3 8h1.2M3.4 3.4l.9.9M11.7 11.7l.9.9M3.4 12.6l.9-.9M11.7 4.3l.9-.9" />
  </Icon>
);

export const IconMoon = () => (
  <Icon>
    <path d="M13.5 9.6A6 6 0 0 1 6.4 2.5a6 6 0 1 0 7.1 7.1z" />
  </Icon>
);

export const IconAuto = () => (
  <Icon>
    <circle cx="8" cy="8" r="6" />
    <path class="is-filled" d="M8 2a6 6 0 0 1 0 12z" />
  </Icon>
);

export const IconClose = () => (
  <Icon>
    <path d="M4 4l8 8M12 4l-8 8" />
  </Icon>
);

export const IconCheck = () => (
  <Icon>
    <path d="M3 8.5l3.3 3.3L13 5" />
  </Icon>
);
