/** What somebody chose; `auto` follows the system. */
export type Theme = 'auto' | 'light' | 'dark';

const KEY = 'sts-dashboard-theme';
const THEMES: readonly Theme[] = ['auto', 'light', 'dark'];

/** A browser may forbid its storage. */
export function savedTheme(): Theme {
  try {
    return THEMES.find(theme => theme === localStorage.getItem(KEY)) ?? 'auto';
  } catch {
    return 'auto';
  }
}

export function applyTheme(theme: Theme): void {
  document.documentElement.dataset['theme'] = theme;
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    return;
  }
}

export const nextTheme = (theme: Theme): Theme => THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length]!;
