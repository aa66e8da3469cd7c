import { MemoryRunStore } from '../../lib/run/memory.run-store.js';
import { describeRunStore } from './run.store.contract.js';

describeRunStore('MemoryRunStore', () => new MemoryRunStore({ perTask: 100, total: 1_000 }));
