// A JSON value whose texts hold {names} of a record: quotes and line breaks in a record cannot break out of it.
import type { StoredLine } from './journal/stored-line.ts'
import { FormatError, fillTemplate, readTemplate } from './text-template.ts'

/** Text for one record, as JSON on one line. */
export type JsonTemplate = (line: StoredLine) => string

/** Deeper is a mistake, or a loop of YAML aliases. */
const MAX_DEPTH = 32

/** Keys, numbers and the rest stand for themselves. Throws `FormatError`. */
export function compileJsonTemplate(template: unknown): JsonTemplate {
  const fill = compile(template, '', 0)
  return (line) => JSON.stringify(fill(line))
}

function compile(value: unknown, at: string, depth: number): (line: StoredLine) => unknown {
  if (depth > MAX_DEPTH) throw new FormatError(`nested deeper than ${MAX_DEPTH}`)
  if (typeof value === 'string') return compileText(value, at)
  if (value === null || typeof value !== 'object') return () => value
  if (Array.isArray(value)) {
    const items = value.map((item, index) => compile(item, `${at}[${index}]`, depth + 1))
    return (line) => items.map((item) => item(line))
  }
  const entries = Object.entries(value).map(([key, item]) => [key, compile(item, at === '' ? key : `${at}.${key}`, depth + 1)] as const)
  return (line) => Object.fromEntries(entries.map(([key, fill]) => [key, fill(line)]))
}

function compileText(text: string, at: string): (line: StoredLine) => string {
  try {
    const parts = readTemplate(text)
    return (line) => fillTemplate(parts, line)
  } catch (error) {
    if (error instanceof FormatError) throw new FormatError(`${at}: ${error.message}`)
    throw error
  }
}
