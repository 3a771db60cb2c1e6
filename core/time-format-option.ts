// An option of a plugin that is a strptime format: written as a string, given to `setup` compiled.
import { z } from 'zod'
import { compileTimeFormat, TimeFormatError, type TimeReader } from './time-format.ts'

/** A directive that there is not is a config problem that names it and its place. */
export function timeFormat() {
  return z.string().transform((format, context): TimeReader => {
    try {
      return compileTimeFormat(format)
    } catch (error) {
      if (!(error instanceof TimeFormatError)) throw error
      context.addIssue({ code: 'custom', message: `the time format ${error.message}` })
      return z.NEVER
    }
  })
}
