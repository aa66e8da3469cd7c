import type { IQueueBackend, JobJson } from 'bullmq';

/** What takes the place of a character that PostgreSQL cannot keep. */
const INSTEAD = '\uFFFD';

/** In JSON as `JSON.stringify` writes it: NUL, and halves of surrogate pairs. A backslash that is escaped is passed over. */
const UNKEPT = /\\(?:\\|u0000|u[dD][89a-fA-F][0-9a-fA-F]{2})/g;

function keptJson(json: string): string {
  return json.includes('\\u') ? json.replace(UNKEPT, found => (found === '\\\\' ? found : INSTEAD)) : json;
}

function keptText(text: string): string {
  return text.includes('\0') ? text.replaceAll('\0', INSTEAD) : text;
}

function keptJob(job: JobJson): JobJson {
  return { ...job, data: keptJson(job.data) };
}

/** PostgreSQL keeps no NUL in texts, and Redis does: an error that has one must not make its run endless. */
export function textKeepingBackend<B extends IQueueBackend>(backend: B): B {
  const { addJob, addJobs, moveToCompleted, moveToFailed, moveToDelayed, updateData } = backend;
  const kept = <T>(value: T): T => {
    const json = JSON.stringify(value) as string | undefined;
    return json?.includes('\\u') ? (JSON.parse(keptJson(json)) as T) : value;
  };
  const keptFields = <T extends object | undefined>(fields: T): T => {
    const { stacktrace } = (fields ?? {}) as { stacktrace?: string };
    return stacktrace === undefined ? fields : { ...fields!, stacktrace: keptJson(stacktrace) };
  };
  backend.addJob = (job, ...rest) => addJob.call(backend, keptJob(job), ...rest);
  backend.addJobs = entries =>
    addJobs.call(
      backend,
      entries.map(entry => ({ ...entry, job: keptJob(entry.job) })),
    );
  backend.moveToCompleted = (job, value, ...rest) =>
    moveToCompleted.call(backend, job, kept(value), ...rest) as never;
  backend.moveToFailed = (job, reason, keep, token, fetchNext, fields) =>
    moveToFailed.call(backend, job, keptText(reason), keep, token, fetchNext, keptFields(fields)) as never;
  backend.moveToDelayed = (jobId, timestamp, delay, token, options) =>
    moveToDelayed.call(
      backend,
      jobId,
      timestamp,
      delay,
      token,
      options && { ...options, fieldsToUpdate: keptFields(options.fieldsToUpdate) },
    );
  backend.updateData = (job, data) => updateData.call(backend, job, kept(data)) as never;
  return backend;
}
