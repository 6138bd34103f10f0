import { z } from 'zod';

/** A connector has two links; service instances and the token service have one, and ignore this. */
export const connectorHop = z
  .enum(['service-connector', 'connector-backend'])
  .default('service-connector')
  .describe('Which of a connector’s two links.');
