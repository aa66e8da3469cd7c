import ts from 'typescript';
import { parseCron } from '../trigger/cron.expression.js';
import type { MigratedFile } from './migrated.file.js';
import { textIn } from './origin.js';

/** The rule that stands for the time of a job: an expression, or an instant. */
export interface TimeRule {
  readonly key: 'at' | 'cron';
  readonly text: string;
}

/** Presets of `cron` that are none here. */
const PRESETS: Readonly<Record<string, string>> = {
  '@minutely': '* * * * *',
  '@secondly': '* * * * * *',
  '@weekdays': '0 0 * * 1-5',
  '@weekends': '0 0 * * 0,6',
};

/** Reads the time of a job; an expression that is refused here is left. */
export function timeRule(time: ts.Expression, file: MigratedFile): TimeRule {
  const { checker, rewriting } = file;
  const type = checker.getNonNullableType(checker.getTypeAtLocation(time)).getSymbol()?.name;
  const text = rewriting.text(time);
  if (type === 'Date') return { key: 'at', text };
  if (type === 'DateTime') return { key: 'at', text: `${text}.toJSDate()` };
  const expression = textIn(time, checker);
  const preset = expression === undefined ? undefined : PRESETS[expression.trim().toLowerCase()];
  if (preset !== undefined && ts.isStringLiteralLike(time)) return { key: 'cron', text: `'${preset}'` };
  const complaint = expression === undefined ? undefined : complaintAbout(expression);
  if (complaint !== undefined) rewriting.leave(time, complaint);
  return { key: 'cron', text };
}

function complaintAbout(expression: string): string | undefined {
  try {
    parseCron(expression);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
