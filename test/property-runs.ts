// How many cases a property test tries: enough to notice in `npm test`, more where SAWLOG_PROPERTY_RUNS says so.

const DEFAULT_RUNS = 1_000

/** Options for `fc.assert`; its test needs a time limit of `propertyMs`. */
export const propertyRuns: { readonly numRuns: number } = { numRuns: Number(process.env['SAWLOG_PROPERTY_RUNS'] ?? DEFAULT_RUNS) }

/** Time for a property test: 10 ms a case, where most cost less than one. */
export const propertyMs = Math.max(10_000, propertyRuns.numRuns * 10)
