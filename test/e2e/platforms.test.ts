import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import {
  Controller,
  Get,
  Injectable,
  Scope,
  UseGuards,
  type INestApplication,
  type INestApplicationContext,
  type INestMicroservice,
  type OnModuleDestroy,
  type Type,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ClientProxyFactory, MessagePattern, Transport } from '@nestjs/microservices';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Every, Manual, SchedulerRegistry, type StsEvent, type TaskContext } from 'nestjs-sts';
import { filter, firstValueFrom } from 'rxjs';
import { afterEach, describe, expect, it } from 'vitest';
import { appModule } from './apps.js';

const HOST = '127.0.0.1';

@Controller()
class Pings {
  @Get('ping')
  @MessagePattern('ping')
  ping() {
    return 'pong';
  }
}

/** Something that tasks need, and that the app closes. */
@Injectable()
class Connection implements OnModuleDestroy {
  isOpen = true;
  onModuleDestroy() {
    this.isOpen = false;
  }
}

/** An app of some kind, and a way to ask what it serves, if it serves anything. */
interface Served {
  readonly app: INestApplicationContext;
  /** Whether it is still asked while tasks drain: Nest closes the server of a microservice before all else. */
  readonly whileClosing: 'pong' | 'refused';
  ask(): Promise<string>;
}

type Start = (module: Type) => Promise<Served>;

async function listening(app: INestApplication): Promise<Served> {
  await app.listen(0, HOST);
  const { port } = app.getHttpServer().address() as AddressInfo;
  const ask = () => fetch(`http://${HOST}:${port}/ping`).then(response => response.text());
  return { app, ask, whileClosing: 'pong' };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, HOST);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise(resolve => server.close(resolve));
  return port;
}

async function serving(module: Type): Promise<Served> {
  const options = { host: HOST, port: await freePort() };
  const transport = { transport: Transport.TCP, options } as const;
  const app: INestMicroservice = await NestFactory.createMicroservice(module, {
    ...transport,
    logger: false,
  });
  await app.listen();
  const ask = async () => {
    const client = ClientProxyFactory.create(transport);
    const answer = await firstValueFrom(client.send<string>('ping', {}));
    await client.close();
    return answer;
  };
  return { app, ask, whileClosing: 'refused' };
}

const starts: readonly [string, Start][] = [
  [
    'Express',
    async module => listening(await NestFactory.create(module, new ExpressAdapter(), { logger: false })),
  ],
  [
    'Fastify',
    async module => listening(await NestFactory.create(module, new FastifyAdapter(), { logger: false })),
  ],
  ['a microservice', serving],
  [
    'createApplicationContext',
    async module => ({
      app: await NestFactory.createApplicationContext(module, { logger: false }),
      whileClosing: 'pong' as const,
      ask: async () => 'pong',
    }),
  ],
];

describe.each(starts)('in an app of %s', (_, start) => {
  let served: Served | undefined;
  afterEach(async () => {
    await served?.app.close();
    served = undefined;
  });
  const boot = async (...providers: Type[]) => {
    const module = appModule([Connection, ...providers], { controllers: [Pings] });
    served = await start(module);
    return served.app.get(SchedulerRegistry);
  };

  it('tasks run when they are due, those of scoped providers with guards too', async () => {
    @Injectable()
    class Tasks {
      @Every(50) poll({ cause }: TaskContext) {
        return cause;
      }
    }
    @Injectable({ scope: Scope.REQUEST })
    @UseGuards({ canActivate: execution => execution.getType<string>() === 'sts' })
    class ScopedTasks {
      @Every(50) poll({ dueAt }: TaskContext) {
        return dueAt;
      }
    }
    const registry = await boot(Tasks, ScopedTasks);

    const finished = (name: string) => {
      const isMeant = (event: StsEvent) => event.type === 'runFinished' && event.run.taskName === name;
      return firstValueFrom(registry.events$.pipe(filter(isMeant)));
    };
    const events = await Promise.all([finished('Tasks.poll'), finished('ScopedTasks.poll')]);

    expect(events).toMatchObject([
      { run: { outcome: { kind: 'success', result: 'schedule' } } },
      { run: { outcome: { kind: 'success', result: expect.any(Number) as number } } },
    ]);
    expect(await served!.ask()).toBe('pong');
  });

  it('a run that goes on when the app closes ends first, with all that it needs still open', async () => {
    const found: unknown[] = [];
    let isClosed = false;
    @Injectable()
    class Tasks {
      constructor(readonly connection: Connection) {}
      @Manual() async work() {
        while (closing === undefined) await new Promise(resolve => setImmediate(resolve));
        const answer = await served!.ask().catch(() => 'refused');
        found.push(answer, this.connection.isOpen, isClosed);
      }
    }
    let closing: Promise<void> | undefined;
    const registry = await boot(Tasks);
    const run = await registry.trigger('Tasks.work');

    closing = served!.app.close();
    void closing.then(() => (isClosed = true));
    const { outcome } = await run.finished();
    await closing;

    expect(outcome).toEqual({ kind: 'success', result: undefined });
    expect(found).toEqual([served!.whileClosing, true, false]);
    expect(served!.app.get(Connection).isOpen).toBe(false);
    await expect(registry.trigger('Tasks.work')).rejects.toThrow('draining');
  });

  it('the signal of a run whose grace is over aborts, and the app closes', async () => {
    @Injectable()
    class Tasks {
      @Manual({ shutdownGrace: 0 }) work({ signal }: TaskContext) {
        return new Promise((__, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason as Error));
        });
      }
    }
    const registry = await boot(Tasks);
    const run = await registry.trigger('Tasks.work');

    await served!.app.close();

    expect((await run.finished()).outcome).toEqual({ kind: 'cancelled', reason: 'drain' });
  });
});
