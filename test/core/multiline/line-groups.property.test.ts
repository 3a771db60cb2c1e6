// Whatever the lines, and wherever reads and restarts fall: the same records, nothing lost, nothing twice.
import { array, assert, constantFrom, integer, nat, oneof, property, string, tuple } from 'fast-check'
import { expect, test } from 'vitest'
import { splitLines } from '../../../core/lines.ts'
import { LineGroups } from '../../../core/multiline/line-groups.ts'
import { propertyMs, propertyRuns } from '../../property-runs.ts'
import { groupingOf, markedOf } from './group-lines.ts'

const TIME = '2026-03-01T12:00:00.002653970Z'
const PAYLOADS = [
  '', ' ', 'plain', 'java.lang.IllegalStateException: x', '\tat a.b.C(D.java:1)', 'Caused by: java.io.IOException', '\t... 3 more', 'Traceback (most recent call last):',
  '  File "a.py", line 1', 'ValueError: no', 'panic: x', 'goroutine 1 [running]:', 'main.main()', '\ta.go:1', '2026-01-01 start', 'é😀', 'x'.repeat(300), '{"a":"b"}', 'END',
]

const payload = constantFrom(...PAYLOADS)
const stream = constantFrom('stdout', 'stderr')
const line = oneof(
  payload,
  tuple(stream, constantFrom('P', 'F', 'F:x'), payload).map(([name, tag, text]) => `${TIME} ${name} ${tag} ${text}`),
  tuple(stream, constantFrom('', '\n'), payload).map(([name, end, text]) => JSON.stringify({ log: text + end, stream: name, time: TIME })),
  string({ maxLength: 40 }).map((text) => text.replaceAll(/[\r\n]/g, '')),
)
const option = constantFrom(
  'java', ['java', 'python', 'go', 'ruby', 'node', 'php', 'dart'], 'cri', 'docker', ['cri', 'docker'], ['cri', 'docker', 'java', 'python', 'go'],
  { start: '^\\d{4}-' }, { continue: '^\\s' }, { end: '^END' }, { start: '^\\d{4}-', end: 'END$' }, { preset: ['cri', 'docker'], start: '^\\d{4}-' },
  { preset: ['cri', 'docker'], continue: '^\\s', max_lines: 3 }, { preset: ['cri', 'docker'], start: 'never', max_bytes: 1024 }, { preset: ['cri', 'java'], max_lines: 2 },
)
const ending = constantFrom('\n', '\r\n')
const lines = array(tuple(line, ending).map(([text, end]) => text + end), { maxLength: 40 })

interface Run {
  readonly groups: LineGroups
  readonly records: string[]
}

/** Feeds lines from `from` to `to` in reads of these sizes. */
function feed({ groups, records }: Run, all: readonly string[], offsets: readonly number[], from: number, to: number, reads: readonly number[]): void {
  let at = from
  for (const count of [...reads, all.length]) {
    const end = Math.min(to, at + count)
    if (at >= end) break
    const bytes = Buffer.from(all.slice(at, end).join(''))
    const first = at
    const chunk = splitLines(bytes)
    records.push(...markedOf(groups.add(chunk, 0, (i) => offsets[first + i] as number)))
    bytes.fill(0)
    at = end
  }
}

function offsetsOf(all: readonly string[]): number[] {
  const offsets = [0]
  for (const one of all) offsets.push((offsets.at(-1) as number) + Buffer.byteLength(one))
  return offsets
}

test('reads of any size give the same records', { timeout: propertyMs }, () => {
  assert(property(option, lines, array(integer({ min: 1, max: 9 })), (chosen, all, reads) => {
    const offsets = offsetsOf(all)
    const run = (sizes: readonly number[]): string[] => {
      const one: Run = { groups: new LineGroups(groupingOf(chosen)), records: [] }
      feed(one, all, offsets, 0, all.length, sizes)
      return [...one.records, ...markedOf(one.groups.flush())]
    }
    expect(run(reads)).toEqual(run([]))
  }), propertyRuns)
})

test('records together are the lines, in the order of each stream', { timeout: propertyMs }, () => {
  assert(property(option, lines, array(integer({ min: 1, max: 9 })), (chosen, all, reads) => {
    const run: Run = { groups: new LineGroups(groupingOf(chosen)), records: [] }
    feed(run, all, offsetsOf(all), 0, all.length, reads)
    const records = [...run.records, ...markedOf(run.groups.flush())].map((one) => one.slice(0, one.lastIndexOf('|')))
    const framed = groupingOf(chosen)
    expect(contents(records, framed)).toEqual(contents(all.map((one) => one.replace(/\r?\n$/, '')), framed))
  }), propertyRuns)
})

test('a restart anywhere gives the same records', { timeout: propertyMs }, () => {
  assert(property(option, lines, array(integer({ min: 1, max: 9 })), array(nat({ max: 40 }), { maxLength: 4 }), (chosen, all, reads, stops) => {
    const offsets = offsetsOf(all)
    const once: Run = { groups: new LineGroups(groupingOf(chosen)), records: [] }
    feed(once, all, offsets, 0, all.length, [])
    let run: Run = { groups: new LineGroups(groupingOf(chosen)), records: [] }
    let at = 0
    for (const stop of stops.map((one) => Math.min(one, all.length))) {
      feed(run, all, offsets, at, Math.max(at, stop), reads)
      const read = Math.max(at, stop)
      const point = JSON.parse(JSON.stringify(run.groups.resumePoint(offsets[read] as number))) as ReturnType<LineGroups['resumePoint']>
      run = { groups: new LineGroups(groupingOf(chosen), point), records: run.records }
      at = offsets.indexOf(point.from)
    }
    feed(run, all, offsets, at, all.length, reads)
    expect([...run.records, ...markedOf(run.groups.flush())]).toEqual([...once.records, ...markedOf(once.groups.flush())])
  }), propertyRuns)
})

/** What each stream wrote, without frames and line breaks. */
function contents(records: readonly string[], { cri, docker }: { readonly cri: boolean; readonly docker: boolean }): Record<string, string> {
  const streams: Record<string, string> = {}
  for (const record of records) {
    let [kind, text] = ['plain', record]
    const framed = /^\d{4}-\d\d-\d\dT[\d:.]{8,18}Z (stdout|stderr) [PF](?::\S*)?(?: ([^]*)|)$/.exec(record)
    if (cri && framed !== null) [kind, text] = [`cri ${framed[1]}`, framed[2] ?? '']
    else if (docker && record.startsWith('{"log":')) {
      const { log, stream: name } = JSON.parse(record) as { log: string; stream: string }
      ;[kind, text] = [`docker ${name}`, log]
    }
    streams[kind] = (streams[kind] ?? '') + text.replaceAll(/[\r\n]/g, '')
  }
  return Object.fromEntries(Object.entries(streams).filter(([, text]) => text !== ''))
}
