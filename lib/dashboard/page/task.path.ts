/**
 * Where the API has a task. A name that is `.` or `..` would lead elsewhere, however it is encoded: a `~` goes before it, which
 * the server takes off again, and so before a name that begins with one.
 */
export function taskPath(name: string): string {
  return `tasks/${encodeURIComponent(name.replace(/^(?=\.\.?$|~)/, '~'))}`;
}
