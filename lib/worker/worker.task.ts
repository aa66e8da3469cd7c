import { MessageChannel, receiveMessageOnPort, type MessagePort } from 'node:worker_threads';
import type { Piscina } from 'piscina';
import { refuseNonObject } from '../option.keys.js';
import type { TaskContext } from '../task/task.context.js';
import { GIVEN_NAME, nameGiven, Task } from '../task/task.js';
import { METHOD_OF } from '../task/task.logger.js';
import { sharedPool } from './shared.pool.js';
import { tellingFailure } from './worker.failure.js';
import type { JobMessage, WorkerJob } from './worker.job.js';
import {
  requirePiscina,
  resolveWorker,
  type ResolvedWorker,
  type WorkerTaskOptions,
} from './worker.options.js';

/**
 * A task whose work is a function in a worker thread, so that the event loop, and so every other task, stays on time.
 * It needs the package `piscina`. Extend it, or hand an instance to `TaskScheduler.addTask()`.
 *
 * The function is called with a `WorkerJob`; what it returns is the run's result, what it throws the failure, both as
 * structured clones: an error keeps its message and stack, not its class. An abort ends the thread.
 *
 * @example
 * ```ts
 * @Injectable() @Every('1h', { timeout: '10m' })
 * export class Crunch extends WorkerTask {
 *   constructor() {
 *     super({ filename: new URL('./crunch.worker.js', import.meta.url) });
 *   }
 * }
 * ```
 */
export class WorkerTask<Payload = undefined> extends Task<Payload> {
  /** @internal */
  readonly [GIVEN_NAME]: string | undefined;
  readonly #worker: ResolvedWorker;

  /** @throws {ConfigurationError} that names the option, or says that piscina is not installed. */
  constructor(options: WorkerTaskOptions) {
    super();
    const where = new.target.name;
    refuseNonObject(options, where);
    const { name, ...worker } = options;
    this[GIVEN_NAME] = nameGiven(name, { isExtended: new.target !== WorkerTask, where });
    this.#worker = resolveWorker(worker, this[GIVEN_NAME] ?? where);
    requirePiscina(this[GIVEN_NAME] ?? where);
  }

  async run(context: TaskContext<Payload>): Promise<unknown> {
    const { signal } = context;
    signal.throwIfAborted();
    const { port1: ours, port2: port } = new MessageChannel();
    let payload: unknown;
    try {
      ours.on('message', (message: JobMessage) => tell(message, context));
      ours.unref();
      const pool = await this.#open(context);
      const { filename, exportName: name } = this.#worker;
      payload = await this.payload(context);
      const job = jobOf(context, payload, port);
      return await pool.run(job, { filename, name, signal, transferList: [port] });
    } catch (error) {
      signal.throwIfAborted();
      throw tellingFailure(error, this.#worker, { taskName: context.taskName, payload });
    } finally {
      tellRest(ours, context);
      ours.close();
    }
  }

  /**
   * What the function gets as the `payload` of its job: that of the run, unless a class of your own says otherwise.
   *
   * @example
   * ```ts
   * protected override payload({ dueAt }: TaskContext) {
   *   return this.store.rowsBefore(dueAt);
   * }
   * ```
   */
  protected payload(context: TaskContext<Payload>): unknown {
    return context.payload;
  }

  /** Threads that have nothing to do keep no process alive, and end with the scheduler. */
  #open(context: TaskContext<Payload>): Promise<Piscina> {
    const { maxThreads, idleTimeoutMs, resourceLimits } = this.#worker;
    return sharedPool(context as TaskContext<unknown>, {
      key: JSON.stringify([context.taskName, maxThreads, idleTimeoutMs, resourceLimits]),
      owner: this,
      open: () => openPool(this.#worker, context.taskName),
    });
  }
}

async function openPool(
  { maxThreads, idleTimeoutMs, resourceLimits }: ResolvedWorker,
  taskName: string,
): Promise<Piscina> {
  const { Piscina } = await import('piscina');
  const pool = new Piscina({ minThreads: 0, maxThreads, idleTimeout: idleTimeoutMs, resourceLimits });
  // Of a thread that fails when no run is there to fail with it.
  pool.on('error', (error: Error) => {
    process.emitWarning(`A thread of ${taskName} failed between its runs: ${error.message}`, {
      code: 'STS_WORKER',
    });
  });
  return pool;
}

function jobOf(
  context: Omit<TaskContext, 'payload'>,
  payload: unknown,
  port: MessagePort,
): WorkerJob<unknown> {
  const { taskName, runId, cause, dueAt, startedAt, attempt, maxAttempts } = context;
  return { taskName, runId, cause, dueAt, startedAt, attempt, maxAttempts, payload, port };
}

function tell(message: JobMessage, { logger, progress }: Pick<TaskContext, 'logger' | 'progress'>): void {
  switch (message.kind) {
    case 'line':
      return logger[METHOD_OF[message.level]](message.message);
    case 'progress':
      return progress(message.fraction, message.message);
  }
}

/** The result may overtake what was told before it: that comes through another port. */
function tellRest(port: MessagePort, context: Pick<TaskContext, 'logger' | 'progress'>): void {
  for (let next = receiveMessageOnPort(port); next !== undefined; next = receiveMessageOnPort(port)) {
    tell(next.message as JobMessage, context);
  }
}
