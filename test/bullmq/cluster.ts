import { bullmq } from '../../lib/bullmq/index.js';
import type { BullmqOptions } from '../../lib/bullmq/bullmq.options.js';
import type { StsEvent } from '../../lib/run/run.events.js';
import { createCore, type SchedulerCore } from '../../lib/scheduler/scheduler.core.js';
import type { StsModuleOptions } from '../../lib/sts.options.js';
import { resolveOptions } from '../../lib/sts.settings.js';
import { systemClock } from '../../lib/time/clock.js';

/** One process of a cluster, as far as a test in one process can have several. */
export interface Member {
  readonly core: SchedulerCore;
  readonly registry: SchedulerCore['registry'];
  readonly scheduler: SchedulerCore['scheduler'];
  readonly events: readonly StsEvent[];
}

/** A scheduler on the engine, not yet started. */
export function member(options: BullmqOptions, more: StsModuleOptions = {}): Member {
  const settings = resolveOptions(
    { logLevel: 'SILENT', blocking: false, ...more, engine: bullmq(options) },
    {},
  );
  const core = createCore(settings, systemClock({ keepAlive: false }));
  const events: StsEvent[] = [];
  core.registry.events$.subscribe(event => void events.push(event));
  return { core, registry: core.registry, scheduler: core.scheduler, events };
}
