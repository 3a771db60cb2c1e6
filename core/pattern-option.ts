// Options of plugins that are regular expressions: written as strings, given to `setup` compiled.
import { z } from 'zod'
import { compilePattern, type Pattern } from './pattern.ts'
import { PatternError } from './pattern-error.ts'

/** RE2 syntax; `(?i)` at the start ignores case. What cannot be compiled is a config problem with the reason and the place in the pattern. */
export function pattern() {
  return z.string().transform((source, context): Pattern => compile(source, context, []) ?? z.NEVER)
}

/** One or a list. No union of `pattern()`s: a union would hide which of them is wrong, and why. */
export function patterns() {
  return z.union([z.string(), z.array(z.string()).min(1)]).transform((sources, context): Pattern[] => {
    if (typeof sources === 'string') {
      const one = compile(sources, context, [])
      return one === null ? z.NEVER : [one]
    }
    const compiled = sources.map((source, i) => compile(source, context, [i]))
    return compiled.every((one) => one !== null) ? compiled : z.NEVER
  })
}

function compile(source: string, context: z.RefinementCtx, path: PropertyKey[]): Pattern | null {
  try {
    return compilePattern(source)
  } catch (error) {
    if (!(error instanceof PatternError)) throw error
    context.addIssue({ code: 'custom', message: error.message, path })
    return null
  }
}
