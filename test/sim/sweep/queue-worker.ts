import { oneByOne } from '../../../sim/sweep/job.ts';
import { simulateQueue } from './long-horizon/repairable-queue.ts';

export default oneByOne(simulateQueue);
