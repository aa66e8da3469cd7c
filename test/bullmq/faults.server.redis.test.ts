import { describeFaults } from './faults.story.js';

describeFaults('Redis', 'server');
