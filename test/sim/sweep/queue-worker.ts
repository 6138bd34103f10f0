import { simulateQueue } from './long-horizon/repairable-queue.ts';

export default simulateQueue;
