import { render } from 'preact';
import { Boot } from './boot.js';
import { applyTheme, savedTheme } from './theme.js';

applyTheme(savedTheme());
/** The script lies in `assets/`, the API beside it: so it works under any prefix. */
const base = new URL('../api/', import.meta.url);
render(<Boot base={base} />, document.getElementById('app') ?? document.body);
