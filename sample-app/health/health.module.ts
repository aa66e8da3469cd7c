import { Module } from '@nestjs/common';
import { HealthController } from './health.controller.js';
import { HealthTasks } from './health.tasks.js';

@Module({ controllers: [HealthController], providers: [HealthTasks] })
export class HealthModule {}
