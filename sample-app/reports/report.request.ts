import { z } from 'zod';

/** What a report may be asked for. Any Standard Schema does: zod, valibot, arktype, … */
export const ReportRequest = z.strictObject({
  /** How far back it looks. */
  minutes: z.int().min(1).max(60).default(10),
});

export type ReportRequest = z.infer<typeof ReportRequest>;
