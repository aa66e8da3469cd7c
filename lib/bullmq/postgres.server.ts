import type { BackendFactory, PgPool, PostgresQueueBackend, Queue, QueueEvents } from 'bullmq';
import { loadBullmq } from './packages.js';
import { isPostgresPool, newPool, type PostgresConnection } from './postgres.connection.js';
import { prepareSchema } from './postgres.schema.js';
import { restingBackend } from './postgres.rest.js';
import { textKeepingBackend } from './postgres.texts.js';
import { newRunWorker } from './run.worker.js';
import type { Line, Server } from './server.js';

export interface PostgresPlace {
  readonly connection: PostgresConnection;
  /** What the names of all queues begin with: the schema is the same for all. */
  readonly prefix: string;
  readonly migrate: boolean;
  readonly lockMs: number;
}

/** On PostgreSQL each process reads the locks of the others by its own clock. */
export function postgresServer(place: PostgresPlace): Server {
  return {
    name: 'PostgreSQL',
    mostSkewMs: place.lockMs / 4,
    connect: onError => connect(place, onError),
  };
}

/** As BullMQ names a queue of ours in this database. */
export function postgresQueueName(prefix: string, name: string): string {
  return `${prefix}-${name}`;
}

async function connect(place: PostgresPlace, onError: (error: unknown) => void): Promise<Line> {
  const { connection, prefix, migrate } = place;
  const bullmq = await loadBullmq('bullmq()');
  const { Queue, QueueEvents } = bullmq;
  const backendOf: Factory = (...args) =>
    restingBackend(textKeepingBackend(bullmq.createPostgresBackend(...args)));
  const isOwn = !isPostgresPool(connection);
  const pool = isOwn ? await newPool(connection, 'bullmq()') : connection;
  const close = async () => {
    (pool as unknown as NodeJS.EventEmitter).off('error', onError);
    if (isOwn) await pool.end();
  };
  // A client that is idle when the server ends would else end the process.
  pool.on('error', onError);
  try {
    await prepareSchema(bullmq, pool, migrate);
  } catch (error) {
    await close();
    throw error;
  }
  const named = (name: string) => postgresQueueName(prefix, name);
  return {
    queue: name => new Queue(named(name), { connection: pool }, backendOf) as unknown as Queue,
    events: name => new QueueEvents(named(name), { connection: pool }, backendOf) as unknown as QueueEvents,
    worker: order =>
      newRunWorker(
        bullmq,
        { ...order, name: named(order.name) },
        { connect: { connection: pool as never }, backendOf: backendOf as never },
      ),
    existing: (queue, jobIds) => existing(pool, named(queue), jobIds),
    now: () => timeOf(pool),
    warnings: async () => [],
    close,
  };
}

type Factory = BackendFactory<PostgresQueueBackend, PgPool>;

async function existing(pool: PgPool, queue: string, jobIds: readonly string[]) {
  const sql = 'SELECT id FROM job WHERE queue = $1 AND id = ANY($2)';
  const { rows } = await pool.query<{ id: string }>(sql, [queue, jobIds]);
  return new Set(rows.map(({ id }) => id));
}

async function timeOf(pool: PgPool): Promise<number> {
  const { rows } = await pool.query<{ now: string }>(
    'SELECT extract(epoch FROM clock_timestamp()) * 1000 AS now',
  );
  return Number(rows[0]!.now);
}
