// Real logs of many formats: where they lie, how a source is told to read them, and what must come out.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { join } from 'node:path'
import { sharedData } from '../shared-data.ts'

export interface Corpus {
  readonly name: string
  readonly path: string
  /** Options of the file source beside `paths`, as YAML in braces would have them. */
  readonly options: string
  /** What `auto` must choose. */
  readonly parser: string
  /** Lines of the file that are broken, and must be marked so. */
  readonly malformed: number
  /** Every record as text, in the order of the file; null for what a file source does not put together from its lines. */
  expected(): string[]
}

interface Entry {
  readonly match: RegExp
  readonly parser: string
  readonly options?: string
  readonly encoding?: string
  readonly expected?: string
  /** Lines of the file that are broken, and must be marked so. */
  readonly malformed?: number
}

/** The first entry that matches `folder/file` counts. Records that span lines need to be told where they begin: nothing in a line says so. */
const KNOWN: readonly Entry[] = [
  { match: /^apache-combined\//, parser: 'combined' },
  { match: /^nginx-access\//, parser: 'combined' },
  { match: /^auth-sshd-syslog\//, parser: 'syslog' },
  { match: /^cnpg-json\//, parser: 'json' },
  { match: /^derived-cri-docker\/cri\.log$/, parser: 'cri', options: 'multiline: cri', expected: 'derived-cri-docker/expected.jsonl' },
  { match: /^derived-cri-docker\/docker-json\.log$/, parser: 'docker', options: 'multiline: docker', expected: 'derived-cri-docker/expected.jsonl' },
  { match: /^fluentbit-encodings\/generic_enc_(\w+)\.log$/, parser: 'text', encoding: '$1' },
  { match: /^fluentbit-encodings\//, parser: 'text' },
  { match: /^fluentbit-stacktraces\/iis-in-json/, parser: 'json', malformed: 2 },
  { match: /^fluentbit-stacktraces\//, parser: 'text', options: 'multiline: [java, go]' },
  { match: /^kafka-log4j(?:-multiline)?\/gc\.log$/, parser: 'text' },
  { match: /^kafka-log4j/, parser: 'log4j', options: "multiline: { start: '^\\[\\d{4}-' }" },
  { match: /^loghub\/Apache\//, parser: 'text' },
  { match: /^loghub\/(?:HDFS|Spark|Zookeeper)\//, parser: 'log4j' },
  { match: /^loghub\/(?:Linux|OpenSSH)\//, parser: 'syslog' },
  { match: /^loki-logfmt\//, parser: 'logfmt' },
  { match: /^otlp-examples\//, parser: 'text' },
  { match: /^postgres-stderr\/pg-syslog/, parser: 'syslog' },
  { match: /^postgres-stderr\/csv_statement/, parser: 'postgres' },
  { match: /^postgres-stderr\//, parser: 'postgres', options: "multiline: { start: '^\\d{4}-\\d\\d-\\d\\d ' }" },
  { match: /^ruby-logger\//, parser: 'text' },
]

/** Names fluentbit-encodings uses for what the Encoding standard calls otherwise. */
const LABELS: Readonly<Record<string, string>> = { sjis: 'shift_jis', uhc: 'euc-kr', win866: 'ibm866' }

export const SHARED_LOGS = sharedData('logs')
export const FIXTURE_LOGS = fileURLToPath(new URL('../fixtures/logs', import.meta.url))

/** Files that are about logs, not logs. */
const NO_LOGS = /(?:SOURCE\.txt|LICENSE|expected\.jsonl|_structured\.csv|_templates\.csv)$|^grok-patterns\/|^encodings\//

export function corporaIn(folder: string): { corpora: Corpus[]; skipped: string[] } {
  const corpora: Corpus[] = []
  const skipped: string[] = []
  for (const file of filesIn(folder)) {
    const entry = NO_LOGS.test(file) ? undefined : KNOWN.find(({ match }) => match.test(file))
    if (entry === undefined) skipped.push(file)
    else corpora.push(corpusOf(folder, file, entry))
  }
  return { corpora, skipped }
}

function filesIn(folder: string, inside = ''): string[] {
  if (!existsSync(folder)) return []
  return readdirSync(join(folder, inside), { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1)).flatMap((entry) => {
    const path = inside === '' ? entry.name : `${inside}/${entry.name}`
    return entry.isDirectory() ? filesIn(folder, path) : [path]
  })
}

function corpusOf(folder: string, file: string, { match, parser, options = '', encoding, expected, malformed = 0 }: Entry): Corpus {
  const path = join(folder, file)
  const short = encoding === undefined ? null : file.replace(match, encoding)
  const label = short === null ? null : (LABELS[short] ?? short.replace(/^win(\d)/, 'windows-$1'))
  return {
    name: file,
    path,
    parser,
    malformed,
    options: label === null ? options : `encoding: ${label}`,
    expected: () => (expected === undefined ? linesOf(readFileSync(path), label) : readFileSync(join(folder, expected), 'utf8').split('\n').filter((line) => line !== '').map((line) => (JSON.parse(line) as { line: string }).line)),
  }
}

/** The lines as any editor shows them. */
function linesOf(bytes: Buffer, label: string | null): string[] {
  const mark = bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : 'utf-8'
  const text = new TextDecoder(label ?? mark).decode(bytes)
  const lines = text.split('\n').map((line) => line.replace(/\r$/, ''))
  if (lines.at(-1) === '') lines.pop()
  return lines
}
