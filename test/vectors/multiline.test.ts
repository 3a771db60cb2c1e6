// What Fluent Bit and the exception detector of Fluentd put together.
import { groupLines } from '../core/multiline/group-lines.ts'
import { testVectors } from './test-vectors.ts'

const strip = (line: string): string => line.replace(/\n$/, '')

const GROUPED_BY_KEY = 'joins a field of JSON records; Sawlog joins lines before they are parsed, and Docker\'s `log`'

/** The option that says what a case's `mode` says. */
const OPTIONS: Readonly<Record<string, unknown>> = {
  'parsers: cri, docker': ['cri', 'docker'],
  'parsers: docker, cri': ['docker', 'cri'],
  'parsers: docker then cri': ['docker', 'cri'],
  'cri then custom: start /^\\[DEBUG\\]/': { preset: 'cri', start: '^\\[DEBUG\\]' },
  'tail docker_mode': { preset: 'docker', start: '^\\d{4}-\\d{2}-\\d{2}' },
}

const LANGUAGES: Readonly<Record<string, string>> = { js: 'node', csharp: 'dotnet' }

/** The payload of what comes out, as the peers give it. */
function payload(record: string): string {
  const cri = /^\S+ std(?:out|err) [FP] ?([^]*)$/.exec(record)
  if (cri !== null && /^\d{4}-/.test(record)) return cri[1] as string
  if (!record.startsWith('{')) return record
  // Its lines may contain line breaks that JSON does not allow.
  return (JSON.parse(record.replaceAll('\n', '\\n')) as { log: string }).log
}

function same(got: readonly string[], want: readonly string[]): string | null {
  const [a, b] = [JSON.stringify(got.map(strip)), JSON.stringify(want.map(strip))]
  return a === b ? null : `got ${a}, want ${b}`
}

testVectors('fluentbit_multiline_docker_cri', {
  compare({ input, args, expect }) {
    const mode = String(args?.['mode'])
    const lines = (input as string[]).map(strip)
    const want = expect as { messages?: string[]; records?: Array<{ log: string }> }
    return same(groupLines(OPTIONS[mode] ?? mode, lines).map(payload), want.messages ?? (want.records ?? []).map(({ log }) => log))
  },
  leftOut: { 12: GROUPED_BY_KEY },
})

testVectors('detect_exceptions_multiline', {
  compare({ input, args, expect }) {
    const languages = (args?.['languages'] ?? [args?.['language']]) as string[]
    return same(groupLines(languages.map((name) => LANGUAGES[name] ?? name), input as string[]), (expect as { messages: string[] }).messages)
  },
})
