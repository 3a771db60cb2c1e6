// An option that says how records look as text: written as a name or a template, given to `setup` compiled.
import { z } from 'zod'
import { compileLineFormat, type LineFormat } from './line-format.ts'
import { FormatError } from './text-template.ts'

export function lineFormat() {
  return z.string().transform((format, context): LineFormat => {
    try {
      return compileLineFormat(format)
    } catch (error) {
      if (!(error instanceof FormatError)) throw error
      context.addIssue({ code: 'custom', message: error.message })
      return z.NEVER
    }
  })
}
