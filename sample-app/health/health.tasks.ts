import { Injectable } from '@nestjs/common';
import { Every, Retry, TaskContext } from 'nestjs-sts';
import { PORT } from '../settings.js';

@Injectable()
export class HealthTasks {
  /** The signal aborts when the attempt takes longer than 2 s, and when the app must end at once. */
  @Every('10s', { timeout: '2s' })
  @Retry(3, { delay: '500ms' })
  async check({ attempt, signal, logger }: TaskContext): Promise<void> {
    const response = await fetch(`http://127.0.0.1:${PORT}/health`, { signal });
    const { message } = (await response.json()) as { message: string };
    if (!response.ok) throw new Error(`GET /health answered ${response.status}, ${message}`);
    logger.log(`attempt ${attempt} found it ${message}`);
  }
}
