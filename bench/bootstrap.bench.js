/** What a Nest app with many providers takes to start, with a scheduler that looks for decorated methods in them. */
import { apart } from './apart.js';
import { judge } from './goals.js';
import { growth } from './growth.js';
import { fixed, median, ratio, table } from './table.js';

const isQuick = process.argv.includes('--quick');
const ROUNDS = isQuick ? 1 : 9;
/** Providers of ten methods, of which one is decorated. */
const SIZES = isQuick ? [300] : [100, 300, 1_000];
const CONTENDERS = ['nestjs-sts', 'nestjs-schedule', 'floor'];

const ours = [];
const rows = [];
const goals = [];
for (const providers of SIZES) {
  const took = Object.fromEntries(CONTENDERS.map(name => [name, []]));
  for (let round = 1; round <= ROUNDS; round++) {
    for (const contender of CONTENDERS) {
      console.error(`round ${round} of ${ROUNDS}: ${contender}, ${providers} providers …`);
      took[contender].push(await apart('bootstrap/app.js', { contender, providers }));
    }
  }
  const of = (name, field) => median(took[name].map(each => each[field]));
  const [us, peer] = CONTENDERS.map(name => of(name, 'cpuMs'));
  ours.push([providers, us]);
  for (const name of CONTENDERS) {
    const [ms, cpu] = [of(name, 'ms'), of(name, 'cpuMs')];
    const ratios = `${ratio(cpu, us)} / ${ratio(cpu, of('floor', 'cpuMs'))}`;
    rows.push([name, providers, fixed(ms, 0), fixed(cpu, 0), ratios]);
  }
  goals.push({ what: `CPU, ${providers} providers, of @nestjs/schedule's`, got: us / peer, most: 1 });
}

console.log(
  `A context of providers of 10 methods each, one decorated with a cron expression; median of ${ROUNDS}, in ms. The ratios
of the CPU are to nestjs-sts and to the floor, the same app without a scheduler.\n`,
);
console.log(table(['Contender', 'Providers', 'Takes', 'CPU', 'CPU ratios'], rows));
console.log(`\n${judge(goals)}`);
if (SIZES.length >= 3)
  console.log(`\nAs providers grow in number, the start of nestjs-sts is ${growth(ours)}.`);
