import { describeFaults } from './faults.story.js';

describeFaults('PostgreSQL', 'process');
