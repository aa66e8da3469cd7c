import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module.js';

const app = await NestFactory.create(AppModule);
app.enableShutdownHooks(); // SIGTERM and Ctrl-C wait for runs that go on
await app.listen(process.env.PORT ?? 3000);
