import { join } from 'node:path';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { CsvFile } from '../csv/csv.file.js';
import { DATA_DIR } from '../settings.js';
import type { Sample } from './sample.js';
import type { Summary } from './summary.js';

const MEASURES = ['load', 'memory', 'disk'] as const;
const RANGES = [
  'loadMin',
  'loadAvg',
  'loadMax',
  'memoryMin',
  'memoryAvg',
  'memoryMax',
  'diskMin',
  'diskAvg',
  'diskMax',
] as const;

/** Keeps samples in `samples.csv`, and what each minute's samples say together in `roll-ups.csv`. */
@Injectable()
export class SampleStore implements OnModuleInit {
  readonly #samples = new CsvFile(join(DATA_DIR, 'samples.csv'), MEASURES);
  readonly #rollUps = new CsvFile(join(DATA_DIR, 'roll-ups.csv'), ['samples', ...RANGES]);

  async onModuleInit(): Promise<void> {
    await this.#samples.create();
    await this.#rollUps.create();
  }

  add(sample: Sample): Promise<void> {
    return this.#samples.append(sample);
  }

  /** The samples with `from <= at < until`, both epoch ms. */
  async between(from: number, until: number): Promise<Sample[]> {
    const samples = await this.#samples.rows();
    return samples.filter(({ at }) => at >= from && at < until);
  }

  /** Drops the samples before an instant (epoch ms), and says how many they were. */
  dropBefore(instant: number): Promise<number> {
    return this.#samples.dropBefore(instant);
  }

  /** @param minuteAt when the minute began, epoch ms. */
  addRollUp(minuteAt: number, { samples, load, memory, disk }: Summary): Promise<void> {
    return this.#rollUps.append({
      at: minuteAt,
      samples,
      loadMin: load.min,
      loadAvg: load.avg,
      loadMax: load.max,
      memoryMin: memory.min,
      memoryAvg: memory.avg,
      memoryMax: memory.max,
      diskMin: disk.min,
      diskAvg: disk.avg,
      diskMax: disk.max,
    });
  }
}
