/** Tasks with one cron expression, all due each second. */
import { compareFires } from './fires.js';

const isQuick = process.argv.includes('--quick');
const QUICK = { sizes: [10_000], seconds: 1, warmUp: 1, contenders: ['nestjs-sts', 'nestjs-schedule'] };
const PEERS = ['nestjs-schedule', 'croner', 'cron', 'node-cron', 'toad-scheduler', 'bree'];
const FULL = {
  sizes: [1, 1_000, 10_000, 100_000],
  seconds: 10,
  warmUp: 2,
  contenders: ['nestjs-sts', ...PEERS, 'floor'],
};

await compareFires({ plan: 'everySecond', isQuick, ...(isQuick ? QUICK : FULL) });
