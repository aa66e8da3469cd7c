import { useState } from 'preact/hooks';
import { applyTheme, nextTheme, savedTheme, type Theme } from '../theme.js';
import { IconAuto, IconMoon, IconSun } from './icons.js';

const NAMES: Readonly<Record<Theme, string>> = { auto: 'as the system', light: 'light', dark: 'dark' };

export function ThemeButton() {
  const [theme, setTheme] = useState(savedTheme);
  const change = () => {
    const next = nextTheme(theme);
    applyTheme(next);
    setTheme(next);
  };
  const label = `Colours: ${NAMES[theme]}. Change to ${NAMES[nextTheme(theme)]}`;
  return (
    <button type="button" class="button is-icon is-quiet" onClick={change} title={label} aria-label={label}>
      {theme === 'auto' ? <IconAuto /> : theme === 'light' ? <IconSun /> : <IconMoon />}
    </button>
  );
}
