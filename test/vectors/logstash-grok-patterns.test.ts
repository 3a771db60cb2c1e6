import { compileGrok } from '../../core/grok/compile-grok.ts'
import { grokDefinitions } from '../../core/grok/grok-definitions.ts'
import type { Json, JsonObject } from '../../core/json.ts'
import { recordsOf } from '../plugins/tap-host.ts'
import { testVectors } from './test-vectors.ts'

interface Expected {
  readonly match: boolean
  readonly includes?: readonly JsonObject[]
  readonly equals?: ReadonlyArray<readonly [path: readonly string[], value: Json]>
  readonly present?: ReadonlyArray<readonly [key: string, value: Json]>
  readonly absent?: ReadonlyArray<readonly string[]>
}

testVectors('logstash_grok_patterns', {
  compare({ input, args, expect }) {
    const { pattern, grok_expression: expression, mode, exact } = args as { pattern?: string; grok_expression?: string; mode: string | null; exact: boolean }
    const line = input as string
    // Of Nagios the pattern's name goes on with what the case is about.
    const name = pattern?.replace(/ - .*$/, '')
    const source = expression ?? (exact ? `\\A%{${name}}\\z` : `%{${name}}`)
    const [record] = recordsOf([line])
    if (record === undefined) return 'no record'
    const matched = compileGrok(source, grokDefinitions(mode === 'ecs-v1' ? 'ecs' : 'legacy')).match(line, record)
    const want = expect as Expected
    if (matched !== want.match) return matched ? 'matches' : 'does not match'
    const fields = JSON.parse(JSON.stringify(record.readFields)) as JsonObject
    const wanted: Array<readonly [path: readonly string[], value: Json]> = [...(want.equals ?? []), ...(want.present ?? []).map(([key, value]) => [[key], value] as const)]
    for (const include of want.includes ?? []) for (const [key, value] of Object.entries(include)) wanted.push([[key], value])
    for (const [path, value] of wanted) {
      const got = at(fields, path)
      // Logstash has the line itself in `message`, to which what a pattern captures is added.
      const own = path[0] === 'message' && Array.isArray(value) && value[0] === line ? value.slice(1) : value
      const ours = Array.isArray(own) && own.length === 1 ? own[0] : own
      if (path[0] === 'message' && value === line && got === undefined) continue
      if (path[0] === '@version') continue
      if (!includes(got, ours)) return `${path.join('.')}: ${JSON.stringify(got)} for ${JSON.stringify(ours)}`
    }
    for (const path of want.absent ?? []) if (at(fields, path) !== undefined) return `${path.join('.')} is there`
    return null
  },
  disagreements: {
    9: 'time_taken is `0.001` with more columns behind it: Logstash reads the number a text begins with, here what is no number as a whole stays text',
  },
  leftOut: {
    146: 'the line does not match, in Logstash neither: the case is about Logstash keeping `message`',
    184: '`message` is what the case put into the event itself',
  },
})

function at(fields: JsonObject, path: readonly string[]): Json | undefined {
  let value: Json | undefined = fields
  for (const part of path) value = typeof value === 'object' && value !== null && !Array.isArray(value) ? value[part] : undefined
  return value
}

/** A case names of an object the fields it is about. */
function includes(got: Json | undefined, want: Json | undefined): boolean {
  if (typeof want !== 'object' || want === null || Array.isArray(want)) return JSON.stringify(got) === JSON.stringify(want)
  if (typeof got !== 'object' || got === null || Array.isArray(got)) return false
  return Object.keys(want).every((key) => includes(got[key], want[key]))
}
