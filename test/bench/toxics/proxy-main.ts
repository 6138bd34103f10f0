import { startToxicServer } from '../../../sim/toxics/index.ts';
import { answerCalls } from './child.ts';

/** The embedded server in a process of its own. */
const server = await startToxicServer({ seed: 'bench' });

answerCalls({
  url: () => server.url,
  /** Resident memory and handles as they are. */
  usage: () => ({ rssBytes: process.memoryUsage().rss, handles: process.getActiveResourcesInfo().length }),
});
