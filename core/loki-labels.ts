// An option that gives Loki names for parts of a record: labels of streams, structured metadata of entries.
import { z } from 'zod'
import type { LineFormat } from './line-format.ts'
import { lineFormat } from './line-format-option.ts'
import { wellFormed } from './well-formed.ts'

/** Prometheus' rule for label names; those with two underscores are Loki's own. */
const NAME = /^(?!__)[A-Za-z_][A-Za-z0-9_]{0,127}$/
/** Loki's `max_label_value_length`: it refuses what is longer. */
const MAX_VALUE_BYTES = 2048

/** JSON text of an object of the names that have a value for a line. */
export type LokiLabels = (line: Parameters<LineFormat>[0]) => string

/** `max` names at most. A value is a template with names in braces, or a fixed text. */
export function lokiLabels(max: number) {
  return z.record(z.string(), z.string().min(1)).transform((given, context): LokiLabels => {
    const names = Object.keys(given)
    const parts: Array<{ key: string; value: LineFormat }> = []
    if (names.length > max) context.addIssue({ code: 'custom', message: `expected at most ${max} names, got ${names.length}` })
    for (const [name, text] of Object.entries(given)) {
      if (!NAME.test(name)) context.addIssue({ code: 'custom', path: [name], message: 'expected a name of letters, digits and "_", not beginning with a digit or "__"' })
      const value = /[{}]/.test(text) ? lineFormat().safeParse(text) : { data: () => text, error: undefined }
      if (value.error !== undefined) context.addIssue({ code: 'custom', path: [name], message: value.error.issues[0]?.message ?? 'expected a template' })
      else parts.push({ key: JSON.stringify(name), value: value.data })
    }
    return (line) => {
      let json = ''
      for (const { key, value } of parts) {
        const text = value(line)
        if (text !== '') json += `${json === '' ? '' : ','}${key}:${JSON.stringify(cut(wellFormed(text)))}`
      }
      return `{${json}}`
    }
  })
}

function cut(text: string): string {
  if (text.length * 3 <= MAX_VALUE_BYTES || Buffer.byteLength(text) <= MAX_VALUE_BYTES) return text
  // What is left of a character cut in half would be longer than the half.
  return Buffer.from(text).toString('utf8', 0, MAX_VALUE_BYTES).replace(/\uFFFD+$/, '')
}
