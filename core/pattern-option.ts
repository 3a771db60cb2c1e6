// An option of a plugin that is a regular expression: written as a string, given to `setup` compiled.
import { z } from 'zod'
import { compilePattern, PatternError, type Pattern } from './pattern.ts'

/** RE2 syntax; `(?i)` at the start ignores case. What cannot be compiled is a config problem with the reason and the place in the pattern. */
export function pattern() {
  return z.string().transform((source, context): Pattern => {
    try {
      return compilePattern(source)
    } catch (error) {
      if (!(error instanceof PatternError)) throw error
      context.addIssue({ code: 'custom', message: error.message })
      return z.NEVER
    }
  })
}
