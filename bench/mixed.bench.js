/** Tasks on as many different cron expressions, in 30 zones, all due each second. */
import { compareFires } from './fires.js';

const isQuick = process.argv.includes('--quick');
const QUICK = { sizes: [10_000], seconds: 1, warmUp: 1, contenders: ['nestjs-sts'] };
const FULL = {
  sizes: [100, 1_000, 10_000],
  seconds: 10,
  warmUp: 2,
  contenders: ['nestjs-sts', 'nestjs-schedule', 'croner', 'cron', 'node-cron', 'toad-scheduler', 'floor'],
};

await compareFires({ plan: 'mixed', isQuick, ...(isQuick ? QUICK : FULL) });
