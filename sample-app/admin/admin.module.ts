import { Module } from '@nestjs/common';
import { StsDashboardModule } from 'nestjs-sts/dashboard';
import { AdminGuard } from './admin.guard.js';

@Module({ imports: [StsDashboardModule.forRoot({ title: 'Sample app', guards: [AdminGuard] })] })
export class AdminModule {}
