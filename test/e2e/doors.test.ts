import { Module, type DynamicModule, type ModuleMetadata, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { TerminusModule } from '@nestjs/terminus';
import { StsModule } from 'nestjs-sts';
import { StsDashboardModule } from 'nestjs-sts/dashboard';
import { StsHeartbeatModule } from 'nestjs-sts/heartbeat';
import { StsOtelModule } from 'nestjs-sts/otel';
import { StsPrometheusModule } from 'nestjs-sts/prometheus';
import { StsHealthIndicator } from 'nestjs-sts/terminus';
import { describe, expect, it } from 'vitest';

type Door = Type & { forRoot(): DynamicModule };
const LISTENERS = named(StsHeartbeatModule, StsOtelModule, StsPrometheusModule);
const DOORS = [...named(StsDashboardModule), ...LISTENERS];

function named(...doors: Door[]): [string, Door][] {
  return doors.map(door => [door.name, door]);
}

/** Why Nest cannot make an app of this. */
async function refusal(metadata: ModuleMetadata): Promise<string> {
  @Module(metadata)
  class AppModule {}
  const app = await NestFactory.createApplicationContext(AppModule, { logger: false, abortOnError: false });
  await app.close();
  throw new Error('the app started');
}

const NO_ROOT =
  'StsModule.forRoot() in the same app, got none. Write StsModule.forRoot() in the imports of the root module.';

describe('a door refuses', () => {
  it.each(DOORS)('%s without forRoot(), wherever it stands', async (_, door) => {
    const message =
      `${door.name} expects to be imported as forRoot(), got ${door.name}. ` +
      `Write ${door.name}.forRoot() in the imports of the root module, and nothing elsewhere.`;

    await expect(refusal({ imports: [StsModule.forRoot(), door] })).rejects.toThrow(message);
    await expect(refusal({ imports: [door, StsModule.forRoot()] })).rejects.toThrow(message);
    await expect(refusal({ imports: [StsModule.forRoot(), door.forRoot(), door] })).rejects.toThrow(message);
  });

  it.each(DOORS)('an app without StsModule: %s', async (_, door) => {
    await expect(refusal({ imports: [door.forRoot()] })).rejects.toThrow(
      `${door.name}.forRoot() expects ${NO_ROOT}`,
    );
  });

  it.each(DOORS)('an app with StsModule, and without its forRoot(): %s', async (_, door) => {
    const refused = refusal({ imports: [StsModule, door.forRoot()] });

    await expect(refused).rejects.toThrow(/^Sts\w+(\.forRoot\(\))? expects .*Write StsModule\.forRoot\(\)/);
  });

  it('an app without StsModule: StsHealthIndicator', async () => {
    const refused = refusal({ imports: [TerminusModule], providers: [StsHealthIndicator] });

    await expect(refused).rejects.toThrow(`StsHealthIndicator expects ${NO_ROOT}`);
  });

  it.each(LISTENERS)('nothing by itself when the scheduler cannot be made: beside %s', async (_, door) => {
    const broken = StsModule.forRoot({ timeZone: 'Mars/Olympus' });

    for (const imports of [
      [broken, door.forRoot()],
      [door.forRoot(), broken],
    ]) {
      const refused = refusal({ imports, providers: [StsHealthIndicator] });
      await expect(refused).rejects.toThrow(/^StsModule\.forRoot\(\): timeZone expects/);
    }
  });
});
