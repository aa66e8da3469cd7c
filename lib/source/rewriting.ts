import type ts from 'typescript';

/** A stretch of a file's text is replaced. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Something to say about a place. */
export interface Remark {
  /** Where in the text as it was. */
  readonly position: number;
  readonly text: string;
}

/** What becomes of one file. Inner nodes are rewritten before those around them, which then take them along. */
export interface Rewriting {
  readonly file: ts.SourceFile;
  readonly edits: readonly Edit[];
  /** What a person has to do. */
  readonly left: readonly Remark[];
  /** What was rewritten and behaves otherwise now. */
  readonly changed: readonly Remark[];
  /** A node's text, as rewritten so far. */
  text(node: ts.Node): string;
  /** Replaces a node; what was rewritten within it is dropped: `text()` has it. */
  replace(node: ts.Node, text: string): void;
  /**
   * Replaces what stands from one position on and before another; within what is replaced already, nothing. Lines end as
   * those of the file.
   */
  replaceSpan(start: number, end: number, text: string): void;
  leave(node: ts.Node, reason: string): void;
  change(node: ts.Node, difference: string): void;
}

export function rewritingOf(file: ts.SourceFile): Rewriting {
  let edits: readonly Edit[] = [];
  const left: Remark[] = [];
  const changed: Remark[] = [];
  const newline = file.text.includes('\r\n') ? '\r\n' : '\n';
  const replaceSpan = (start: number, end: number, written: string) => {
    const text = written.replace(/\r?\n/g, newline);
    if (edits.some(edit => edit.start < start && edit.end > end)) return;
    const outside = edits.filter(edit => edit.end <= start || edit.start >= end);
    const isSame = file.text.slice(start, end) === text;
    edits = [...outside, ...(isSame ? [] : [{ start, end, text }])].sort((a, b) => a.start - b.start);
  };
  return {
    file,
    get edits() {
      return edits;
    },
    left,
    changed,
    text: node => applied(edits, file.text, node.getStart(file), node.end),
    replace: (node, text) => replaceSpan(node.getStart(file), node.end, text),
    replaceSpan,
    leave: (node, text) => left.push({ position: node.getStart(file), text }),
    change: (node, text) => changed.push({ position: node.getStart(file), text }),
  };
}

/** A part of a text, with the edits in it. */
export function applied(edits: readonly Edit[], text: string, start = 0, end = text.length): string {
  let result = '';
  let at = start;
  for (const edit of edits) {
    if (edit.start < start || edit.end > end) continue;
    result += text.slice(at, edit.start) + edit.text;
    at = edit.end;
  }
  return result + text.slice(at, end);
}
