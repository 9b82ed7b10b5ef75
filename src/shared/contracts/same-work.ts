import { z } from "zod";

/** Who else claims the same work by rank (DEC-13, APR-10): flagged for reviewers, refused for nobody. */
export const sameWork = z.object({
  claims: z.array(
    z.object({
      /** null, and the name masked, where the reviewer may not see it */
      declarationId: z.string().nullable(),
      number: z.string().nullable(),
      personName: z.string(),
      organizationName: z.string(),
      year: z.number(),
      rank: z.number(),
      group: z.string().nullable(),
      statusName: z.string(),
      /** two people cannot both be the first author */
      sameRank: z.boolean(),
    }),
  ),
  hasMore: z.boolean(),
});
