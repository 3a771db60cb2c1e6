// An option that says how a record looks in a request: a text for lines, a mapping for JSON. Given to `setup` compiled.
import { z } from 'zod'
import { compileJsonTemplate } from './json-template.ts'
import { compileLineFormat, type LineFormat } from './line-format.ts'
import { FormatError } from './text-template.ts'

export interface RecordTemplate {
  readonly kind: 'text' | 'json'
  /** Without a line ending; JSON is one line. */
  readonly render: LineFormat
}

export function recordTemplate() {
  return z.union([z.string(), z.record(z.string(), z.unknown())]).transform((template, context): RecordTemplate => {
    try {
      return typeof template === 'string' ? { kind: 'text', render: compileLineFormat(template) } : { kind: 'json', render: compileJsonTemplate(template) }
    } catch (error) {
      if (!(error instanceof FormatError)) throw error
      const hint = typeof template === 'string' && template.trim().startsWith('{"') ? '. Write JSON as a mapping of YAML, such as { text: "{message}" }' : ''
      context.addIssue({ code: 'custom', message: error.message + hint })
      return z.NEVER
    }
  })
}
