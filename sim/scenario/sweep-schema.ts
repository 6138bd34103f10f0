import { z } from 'zod';
import { axisCatalogue } from './axes/catalogue.ts';

/** One key per axis of the catalogue; cells are the product, the first axis slowest. */
export const sweepSchema = z
  .strictObject(
    Object.fromEntries(
      axisCatalogue.map((axis) => [
        axis.name,
        z.array(axis.value).min(1).max(50).optional().describe(axis.documentation),
      ]),
    ),
  )
  .describe('Every combination is one configuration, run with common random numbers.');
