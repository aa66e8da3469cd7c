import { jobTools, type WorkerJob } from 'nestjs-sts/worker';
import type { Forecast } from './forecast.js';

const GUESSES = 100_000;
/** Five minutes of samples. */
const STEPS = 150;

/**
 * Lets the load go on from where it is, again and again, each step one that it has made before. This takes a second or
 * so, in which the thread does nothing else; the app's own thread goes on.
 */
export default function forecast(job: WorkerJob<readonly number[]>): Forecast | null {
  const { logger, progress } = jobTools(job);
  const loads = job.payload;
  if (loads.length < 2) {
    logger.log('too few samples for a forecast');
    return null;
  }
  const steps = loads.slice(1).map((load, i) => load - loads[i]!);
  const ends: number[] = [];
  for (let guess = 0; guess < GUESSES; guess++) {
    if (guess === GUESSES / 2) progress(0.5);
    ends.push(guessed(loads.at(-1)!, steps));
  }
  const atMost = Math.round(ends.toSorted((a, b) => a - b)[GUESSES * 0.9]! * 100) / 100;
  logger.log(`in five minutes the load is at most ${atMost}, in nine of ten of ${GUESSES} guesses`);
  return { guesses: GUESSES, atMost };
}

function guessed(load: number, steps: readonly number[]): number {
  for (let step = 0; step < STEPS; step++) {
    load = Math.max(load + steps[Math.floor(Math.random() * steps.length)]!, 0);
  }
  return load;
}
