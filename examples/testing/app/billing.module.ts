import { Module } from '@nestjs/common';
import { StsModule } from 'nestjs-sts';
import { BillingTasks } from './billing.tasks.js';
import { Mailer } from './mailer.js';

@Module({
  imports: [StsModule.forRoot({ timeZone: 'Europe/Paris', groups: { mail: { concurrency: 1 } } })],
  providers: [BillingTasks, Mailer],
})
export class BillingModule {}
