import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module.js';

/** The scheduler keeps the process alive until a SIGTERM, or Ctrl-C. */
const app = await NestFactory.createApplicationContext(AppModule);
app.enableShutdownHooks();
