// The option `multiline` of sources of lines: a preset, several, or patterns; given to `setup` as a grouping.
import { z } from 'zod'
import { bytes, duration } from '../config/units.ts'
import { PatternError } from '../pattern-error.ts'
import { compilePattern, type Pattern } from '../pattern.ts'
import type { Grouping } from './grouping.ts'
import type { LineRule } from './line-rule.ts'
import { patternRule } from './pattern-rule.ts'
import { dart } from './presets/dart.ts'
import { go } from './presets/go.ts'
import { java } from './presets/java.ts'
import { node } from './presets/node.ts'
import { php } from './presets/php.ts'
import { python } from './presets/python.ts'
import { ruby } from './presets/ruby.ts'
import { type TraceMachine, traceRule } from './trace-rule.ts'

/** .NET prints its stacks as Java does. */
const TRACES: Readonly<Record<string, TraceMachine>> = { java, python, go, ruby, node, dotnet: java, php, dart }
const PRESETS = ['cri', 'docker', 'java', 'python', 'go', 'ruby', 'node', 'dotnet', 'php', 'dart'] as const

/** Java writes a trace at once; a second is what a busy machine may take, and what the last line of a quiet log waits. */
const TIMEOUT = '1s'
/** The traces of a thread dump fit; some megabytes of them in each open file would still be affordable. */
const MAX_BYTES = '1MiB'
const MAX_LINES = 1000

const preset = z.enum(PRESETS)
const DEFAULTS = { timeout: 1000, max_bytes: 1024 ** 2, max_lines: MAX_LINES }

/** Not given: null, lines stay lines. */
export function multiline() {
  return z
    .union([
      preset,
      z.array(preset).min(1),
      z.strictObject({
        preset: z.union([preset, z.array(preset).min(1)]).optional().describe('`cri` and `docker` join what the container runtime split, for stdout and stderr apart; the others are languages, whose stack traces become one record.'),
        start: z.string().optional().describe('A line that matches begins a record; all others belong to the one before. RE2 syntax.'),
        continue: z.string().optional().describe('A line that matches belongs to the one before.'),
        end: z.string().optional().describe('A record ends with a line that matches.'),
        timeout: duration({ min: 10, max: 3_600_000 }).prefault(TIMEOUT).describe('A record is complete when nothing has come for so long.'),
        max_bytes: bytes({ min: 1024, max: 16 * 1024 ** 2 }).prefault(MAX_BYTES).describe('A larger record is cut before the line that would exceed it, marked and counted.'),
        max_lines: z.int().min(2).max(100_000).default(MAX_LINES).describe('As `max_bytes`, in lines.'),
      }),
    ])
    .transform((given, context): Grouping => grouping(given, context) ?? z.NEVER)
    .nullable()
    .default(null)
    .describe('Puts lines together to records: presets such as `java` or `[cri, java]`, or patterns. Without it each line is a record.')
}

interface Patterns {
  readonly start?: string | undefined
  readonly continue?: string | undefined
  readonly end?: string | undefined
}

interface Given extends Patterns {
  readonly preset?: string | readonly string[] | undefined
  readonly timeout: number
  readonly max_bytes: number
  readonly max_lines: number
}

function grouping(value: string | readonly string[] | Given, context: z.RefinementCtx): Grouping | null {
  const given: Given = typeof value === 'string' || isList(value) ? { preset: value, ...DEFAULTS } : value
  const presets = typeof given.preset === 'string' ? [given.preset] : (given.preset ?? [])
  const traces = presets.flatMap((name) => TRACES[name] ?? [])
  const refuse = (message: string, ...path: string[]): null => {
    context.addIssue({ code: 'custom', message, path })
    return null
  }
  let rule: LineRule | null = traces.length === 0 ? null : traceRule(traces)
  if (given.start !== undefined || given.continue !== undefined || given.end !== undefined) {
    if (rule !== null) return refuse('expected patterns or the presets of languages, not both: with "start" everything up to the next start belongs together, stack traces as well', 'preset')
    rule = ruleOf(given, context)
    if (rule === null) return null
  }
  const cri = presets.includes('cri')
  const docker = presets.includes('docker')
  if (rule === null && !cri && !docker) return refuse('expected a "preset", or one of the patterns "start", "continue" and "end"')
  return { cri, docker, rule, timeoutMs: given.timeout, maxBytes: given.max_bytes, maxLines: given.max_lines }
}

function ruleOf(given: Patterns, context: z.RefinementCtx): LineRule | null {
  const compiled: { [name: string]: Pattern | null } = {}
  let failed = false
  for (const name of ['start', 'continue', 'end'] as const) {
    const source = given[name]
    try {
      compiled[name] = source === undefined ? null : compilePattern(source)
    } catch (error) {
      if (!(error instanceof PatternError)) throw error
      failed = true
      context.addIssue({ code: 'custom', message: error.message, path: [name] })
    }
  }
  const { start = null, continue: goesOn = null, end = null } = compiled
  return failed ? null : patternRule({ start, goesOn, end })
}

const isList = (value: unknown): value is readonly string[] => Array.isArray(value)
