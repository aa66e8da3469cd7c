import { Module } from '@nestjs/common';
import { StsModule } from 'nestjs-sts';
import { StsDashboardModule } from 'nestjs-sts/dashboard';
import { OrderTasks } from './order.tasks.js';

@Module({
  imports: [StsModule.forRoot(), StsDashboardModule.forRoot({ title: 'The shop' })],
  providers: [OrderTasks],
})
export class AppModule {}
