import './tracing.js';
import { Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module.js';
import { ADMIN_PASSWORD, DATA_DIR, PORT } from './settings.js';

const app = await NestFactory.create(AppModule);
// Ctrl-C and SIGTERM let the running tasks end, then everything else; the process ends with exit code 0.
app.enableShutdownHooks([], { useProcessExit: true });
await app.listen(PORT, '127.0.0.1');

const logger = new Logger('SampleApp');
logger.log(`Watching this machine: CSV files in ${DATA_DIR}`);
logger.log(`Dashboard:    ${await app.getUrl()}/sts (admin, ${ADMIN_PASSWORD})`);
logger.log(`The tasks:    curl ${await app.getUrl()}/tasks`);
const asJson = "-H 'content-type: application/json'"; // curl has --json since 7.82 only
logger.log(`A report:     curl ${await app.getUrl()}/reports ${asJson} -d '{ "minutes": 5 }'`);
logger.log(`Its metrics:  curl ${await app.getUrl()}/metrics, and /live, /traces, /checks`);
logger.log('The end:      Ctrl-C');
