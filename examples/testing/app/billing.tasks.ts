import { Injectable } from '@nestjs/common';
import { Cron, Every, Manual, Retry, TaskContext } from 'nestjs-sts';
import { Mailer } from './mailer.js';

@Injectable()
export class BillingTasks {
  constructor(private readonly mailer: Mailer) {}

  /** Each night at 02:30 in Paris; a mail server that is down is asked again. */
  @Cron('30 2 * * *', { group: 'mail', timeout: '1h' })
  @Retry(3, { backoff: 'fixed', delay: '10m' })
  async invoices({ dueAt }: TaskContext): Promise<void> {
    await this.mailer.send('customers@example.com', `invoices of ${new Date(dueAt).toISOString()}`);
  }

  @Every('15m', { group: 'mail', overlap: 'skip' })
  async reminders(): Promise<void> {
    await this.mailer.send('customers@example.com', 'reminder');
  }

  @Manual()
  async copy({ payload }: TaskContext<{ to: string }>): Promise<string> {
    await this.mailer.send(payload.to, 'copy');
    return `sent to ${payload.to}`;
  }
}
