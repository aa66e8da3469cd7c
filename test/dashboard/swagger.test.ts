import 'reflect-metadata';
import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { StsModule } from 'nestjs-sts';
import { StsDashboardModule } from 'nestjs-sts/dashboard';
import { expect, it } from 'vitest';

@Controller('own')
class OwnController {
  @Get() own() {}
}

@Module({
  imports: [StsModule.forRoot(), StsDashboardModule.forRoot()],
  controllers: [OwnController],
})
class App {}

it.each(['Express', 'Fastify'])(
  'the dashboard is no part of an app’s OpenAPI document, on %s',
  async name => {
    const options = { logger: false } as const;
    const app =
      name === 'Fastify'
        ? await NestFactory.create(App, new FastifyAdapter(), options)
        : await NestFactory.create(App, options);

    const document = SwaggerModule.createDocument(app, new DocumentBuilder().build());
    await app.close();

    expect(Object.keys(document.paths)).toEqual(['/own']);
  },
);
