// Which lines become one record, case by case.
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { chunkOf, splitLines } from '../../../core/lines.ts'
import { LineGroups } from '../../../core/multiline/line-groups.ts'
import { sharedData } from '../../shared-data.ts'
import { groupingOf, groupLines, groupText, markedOf, textsOf } from './group-lines.ts'

/** Each inner list is what must become one record. */
function check(option: unknown, records: readonly (readonly string[])[]): void {
  expect(groupLines(option, records.flat())).toEqual(records.map((lines) => lines.join('\n')))
}

describe('patterns', () => {
  test('start: everything up to the next start belongs together', () => check({ start: '^\\d{4}-' }, [['2026-01 a', ' b', 'c'], ['2026-02 d']]))
  test('start: lines before the first start stay lines', () => check({ start: '^\\d' }, [['x'], ['y'], ['1', 'z']]))
  test('continue: a line belongs to the one before', () => check({ continue: '^\\s' }, [['a', ' b', '\tc'], ['d'], ['e', ' f']]))
  test('continue: an indented first line begins a record', () => check({ continue: '^\\s' }, [[' a', ' b'], ['c']]))
  test('end: a record ends with the line', () => check({ end: ';$' }, [['select', '1;'], ['a;'], ['b', 'c']]))
  test('start and end: what is between them stays lines', () => check({ start: '^BEGIN', end: '^END' }, [['BEGIN', 'x', 'END'], ['y'], ['z'], ['BEGIN', 'END']]))
  test('start and continue: a line that is neither is a record of its own', () => check({ start: '^\\d', continue: '^ ' }, [['1', ' a'], ['b'], ['2', ' c']]))
  test('start and continue: a start begins a record even where it would continue', () => check({ start: '^ \\d', continue: '^ ' }, [[' 1', ' a'], [' 2']]))
  test('empty lines belong where they stand', () => check({ start: '^\\d' }, [['1', '', 'a', ''], ['2']]))
})

describe('presets', () => {
  test('python: chained exceptions are one record', () =>
    check('python', [
      ['before'],
      ['Traceback (most recent call last):', '  File "a.py", line 1, in f', '    x', '    ^', 'KeyError: 1', '', 'During handling of the above exception, another exception occurred:', '',
        'Traceback (most recent call last):', '  File "a.py", line 3', 'ValueError'],
      ['INFO after'],
    ]))
  test('node: an uncaught error with its source line and properties', () =>
    check('node', [
      ['/app/a.js:3', "throw new Error('x')", '^', '', 'Error: x', '    at f (/app/a.js:3:7) {', "  code: 'E',", '  [cause]: Error: y', '      at g (/app/a.js:1:2)', '}', '', 'Node.js v20.20.0'],
      ['after'],
    ]))
  test('java: an exception and what caused it', () =>
    check('java', [
      ['INFO starting'],
      ['Exception in thread "main" java.lang.RuntimeException: x', '\tat a.B.c(B.java:1)', '\tSuppressed: java.io.IOException', '\t\tat a.B.d(B.java:2)', '\t\t... 1 more', 'Caused by: java.lang.Error', '\tat a.B.e(B.java:3)'],
      ['INFO going on'],
      ['ERROR Error: alone'],
      ['INFO'],
    ]))
  test('dotnet: the inner exception', () =>
    check('dotnet', [['System.Exception: outer', ' ---> System.Exception: inner', '   at A.B() in a.cs:line 1', '   --- End of inner exception stack trace ---', '   at A.C()'], ['after']]))
  test('go: a panic in a panic, with what go run says at the end', () =>
    check('go', [['panic: a [recovered]', '\tpanic: b', '', 'goroutine 1 [running]:', 'main.main()', '\t/a.go:1 +0x1', 'exit status 2'], ['x(y) follows']]))
  test('ruby: callers', () => check('ruby', [["a.rb:6:in 'Integer#/': divided by 0 (ZeroDivisionError)", "\tfrom a.rb:6:in '<main>'"], ['x']]))
  test('several languages in one stream', () =>
    check(['java', 'python', 'go'], [['a.B.CException: x', '\tat d'], ['Traceback (most recent call last):', '  File', 'E: x'], ['panic: x', '', 'goroutine 1 [running]:', 'main.f()', '\ta.go:1'], ['end']]))
  test('a trace right behind a trace is another record', () => check('java', [['A.Exception: 1', '\tat b'], ['A.Exception: 2', '\tat c']]))
})

const TRACES = 'logs/fluentbit-stacktraces/java-go-mixed.log'
const traces = sharedData(TRACES)
test.skipIf(traces === null)(`java and go traces among other lines${traces === null ? ` (${TRACES} is not beside this checkout)` : ''}`, () => {
  const text = readFileSync(traces as string, 'utf8')
  for (const reads of [[], Array(100).fill(1), [7, 3, 20]]) {
    const records = groupText(['java', 'go'], text, reads as number[])
    expect(records.map((record) => record.split('\n').length)).toEqual([1, 6, 1, 51, 1])
    expect(records.map((record) => record.split('\n', 1)[0])).toEqual(['single line...', expect.stringContaining('Dec 14 06:41:08 Exception in thread'), 'another line...', 'panic: my panic', 'one more line, no multiline'])
  }
})

const T = '2026-03-01T12:00:00.1Z'

describe('container frames', () => {
  test('stdout and stderr are never mixed', () => {
    expect(groupLines('cri', [`${T} stdout P a`, `${T} stderr P x`, `${T} stdout F b`, `${T} stderr F y`])).toEqual([`${T} stdout F ab`, `${T} stderr F xy`])
    expect(groupLines(['cri', 'java'], [`${T} stdout F A.Exception: 1`, `${T} stderr F A.Exception: 2`, `${T} stdout F \tat b`, `${T} stderr F \tat c`]))
      .toEqual([`${T} stdout F A.Exception: 1\n\tat b`, `${T} stderr F A.Exception: 2\n\tat c`])
  })
  test('a split line inside a trace', () =>
    expect(groupLines(['cri', 'java'], [`${T} stdout F A.Exception: 1`, `${T} stdout P \ta`, `${T} stdout F t b`, `${T} stdout F end`])).toEqual([`${T} stdout F A.Exception: 1\n\tat b`, `${T} stdout F end`]))
  test('Docker lines keep the first line\'s frame', () =>
    expect(groupLines(['docker', 'java'], ['{"log":"A.Exception: \\"1\\"\\n","stream":"stderr","time":"1"}', '{"log":"\\tat b\\n","stream":"stderr","time":"2"}', '{"log":"c","stream":"stderr","time":"3"}', '{"log":"d\\r\\n","stream":"stderr","time":"4"}']))
      .toEqual(['{"log":"A.Exception: \\"1\\"\\n\\tat b\\n","stream":"stderr","time":"1"}', '{"log":"cd\\r\\n","stream":"stderr","time":"3"}']))
  test('Docker frames with attributes, in any order', () =>
    expect(groupLines('docker', ['{"attrs":{"a":"}\\""},"n":1,"stream":"stdout","log":"a"}', '{"log":"b\\n","attrs":{"a":["}"]},"stream":"stdout"}'])).toEqual(['{"attrs":{"a":"}\\""},"n":1,"stream":"stdout","log":"ab\\n"}']))
  test('an escaped backslash before n is no line break', () =>
    expect(groupLines('docker', ['{"log":"c:\\\\\\\\n","stream":"stdout"}', '{"log":"x\\n","stream":"stdout"}'])).toEqual(['{"log":"c:\\\\\\\\nx\\n","stream":"stdout"}']))
  test('other lines pass as they are', () => {
    const lines = ['plain', '{"a":1}', '{}', '{', '', '{"log":5,"stream":"stdout"}', `${T} stdout X y`, `${T} stdin F y`, '2026-03-01T12:00:00 stdout', `${T} stdout`]
    expect(groupLines(['cri', 'docker'], lines)).toEqual(lines)
  })
  test('a part whose rest never comes says it is a part', () => expect(groupLines('cri', [`${T} stdout P a`, `${T} stdout P b`])).toEqual([`${T} stdout P ab`]))
  test('an empty payload', () => expect(groupLines('cri', [`${T} stdout F `, `${T} stdout F`, `${T} stdout P `, `${T} stdout F x`])).toEqual([`${T} stdout F `, `${T} stdout F`, `${T} stdout F x`]))
})

describe('limits', () => {
  const feed = (option: unknown, lines: readonly string[]): string[] => {
    const groups = new LineGroups(groupingOf(option))
    return [...markedOf(groups.add(chunkOf(lines), 0)), ...markedOf(groups.flush()), `cuts ${groups.cuts}`]
  }
  test('a record of too many lines is cut, and what follows says so', () =>
    expect(feed({ start: '^\\d', max_lines: 2 }, ['1', 'a', 'b', 'c', 'd', '2'])).toEqual([
      '1\na|multiline record cut at 2 lines', 'b\nc|multiline record cut at 2 lines', 'd|goes on from a multiline record that was cut', '2|', 'cuts 2',
    ]))
  test('a record of too many bytes is cut before the line that exceeds it', () => {
    const long = 'x'.repeat(600)
    expect(feed({ start: '^\\d', max_bytes: 1024 }, ['1', long, long, '2'])).toEqual([`1\n${long}|multiline record cut at 602 bytes`, `${long}|goes on from a multiline record that was cut`, '2|', 'cuts 1'])
  })
  test('a line longer than that stays whole', () => expect(feed({ start: '^\\d', max_bytes: 1024 }, [`1${'x'.repeat(3000)}`, '2'])).toEqual([`1${'x'.repeat(3000)}|`, '2|', 'cuts 0']))
  test('parts of a split line are not counted as lines, but their bytes are', () => {
    const part = 'x'.repeat(500)
    expect(feed({ preset: 'cri', max_bytes: 1024, max_lines: 2 }, [...Array(3).fill(`${T} stdout P ${part}`), `${T} stdout F end`, `${T} stdout F next`])).toEqual([
      `${T} stdout P ${part}${part}|multiline record cut at 1000 bytes`, `${T} stdout F ${part}end|goes on from a multiline record that was cut`, `${T} stdout F next|`, 'cuts 1',
    ])
  })
})

test('a record is complete when nothing comes for the timeout, each stream for itself', () => {
  const groups = new LineGroups(groupingOf({ preset: ['cri'], start: '^\\d', timeout: '1s' }))
  groups.add(chunkOf([`${T} stdout F 1`]), 100)
  groups.add(chunkOf([`${T} stderr F 2`]), 600)
  expect(groups.due).toBe(1100)
  expect(textsOf(groups.expire(1099))).toEqual([])
  expect(textsOf(groups.expire(1100))).toEqual([`${T} stdout F 1`])
  expect(groups.due).toBe(1600)
  groups.add(chunkOf([`${T} stderr F b`]), 1500)
  expect(textsOf(groups.expire(1700))).toEqual([])
  expect(textsOf(groups.expire(2500))).toEqual([`${T} stderr F 2\nb`])
  expect([groups.due, groups.open]).toEqual([null, false])
})

test('lines that are records by themselves are not copied', () => {
  const bytes = Buffer.from('2026 a\n b\n2026 c\n')
  const out = new LineGroups(groupingOf({ continue: '^ ' })).add(splitLines(bytes), 0)
  expect(out?.bytes).toBe(bytes)
  expect(textsOf(out)).toEqual(['2026 a\n b'])
  expect(out?.flat).toBe(false)
})

test('memory stays bounded on an endless continuation', { timeout: 60_000 }, () => {
  const groups = new LineGroups(groupingOf({ start: '^never', end: '^never' }))
  const endless = new LineGroups(groupingOf({ continue: '' }))
  const window = Buffer.from('  at an.endless.Trace.frame(Trace.java:1)\n'.repeat(6000))
  let before = 0
  let out = 0
  for (let read = 0; read < 200e6; read += window.length) {
    for (const one of [groups, endless]) out += one.add(splitLines(window), 0)?.count ?? 0
    if (before === 0 && read > 20e6) before = process.memoryUsage().rss
  }
  expect(process.memoryUsage().rss - before).toBeLessThan(64 * 1024 * 1024)
  expect(out).toBeGreaterThan(100)
  expect(endless.cuts).toBeGreaterThan(100)
})
