import { join } from 'node:path';

/** Where the app listens, on 127.0.0.1. */
export const PORT = Number(process.env.PORT ?? 3000);

/** Where its CSV files are. */
export const DATA_DIR = process.env.SAMPLE_DATA_DIR ?? join(import.meta.dirname, '../data');

/** Who knows it sees the dashboard. */
export const ADMIN_PASSWORD = process.env.ADMIN_PASSWORD ?? 'sample';
