import { describeChaos } from './cluster.story.js';

describeChaos('PostgreSQL');
