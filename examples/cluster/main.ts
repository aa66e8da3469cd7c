import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module.js';

/** Start it in two terminals: each second is printed in one of them. End one: the other goes on alone. */
const app = await NestFactory.createApplicationContext(AppModule);
app.enableShutdownHooks();
