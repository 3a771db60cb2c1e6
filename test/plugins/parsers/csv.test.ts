import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import csv from '../../../plugins/parsers/csv.ts'
import { csvRow } from '../../../core/csv.ts'
import { formatTime } from '../../../core/time.ts'
import { typedValue } from '../../../core/typed-value.ts'
import type { Json } from '../../../core/json.ts'
import type { LogRecord } from '../../../core/record.ts'
import { createHost } from '../../contract/create-host.ts'
import { makeBatch } from '../../contract/make-batch.ts'
import { propertyMs, propertyRuns } from '../../property-runs.ts'
import { batchOf, host, objectRecord, recordsOf } from '../tap-host.ts'

function parse(lines: readonly string[], options: object = { columns: ['a', 'b', 'c'] }): LogRecord[] {
  const records = recordsOf(lines)
  host(csv, options).parse.get('csv')?.call(batchOf(records))
  return records
}
const one = (line: string, options?: object): LogRecord => parse([line], options)[0] as LogRecord
const fieldsOf = (records: readonly LogRecord[]): object[] => records.map(({ readFields }) => ({ ...readFields }))

describe('declared columns', () => {
  function check(line: string, want: Record<string, Json>, options?: object): void {
    const record = one(line, options)
    expect(record.error, line).toBe(null)
    expect({ ...record.readFields }, line).toEqual(want)
    expect([record.body, record._verbatim]).toEqual([line, true])
  }

  test('name the cells', () => {
    check('x,y,z', { a: 'x', b: 'y', c: 'z' })
    check('x,"y, ""q""",z', { a: 'x', b: 'y, "q"', c: 'z' })
    check('200,0.25,true', { a: 200, b: 0.25, c: true })
    check('007,1.10,TRUE', { a: '007', b: '1.10', c: 'TRUE' })
    check('x,,z', { a: 'x', c: 'z' })
    check(',"",', {})
    check('x,y', { a: 'x', b: 'y' })
    check('x,y,z,more,,5', { a: 'x', b: 'y', c: 'z', column4: 'more', column6: 5 })
  })

  test('may be separated and quoted by other characters', () => {
    check('x;"y;z";1', { a: 'x', b: 'y;z', c: 1 }, { columns: ['a', 'b', 'c'], delimiter: ';' })
    check('x\ty,z\t1', { a: 'x', b: 'y,z', c: 1 }, { columns: ['a', 'b', 'c'], delimiter: '\t' })
    check("x|'y|''z'''|1", { a: 'x', b: "y|'z'", c: 1 }, { columns: ['a', 'b', 'c'], delimiter: '|', quote: "'" })
  })

  test('with hostile names are data', () => {
    const record = one('x,y', { columns: ['__proto__', 'constructor'] })
    expect(Object.entries(record.readFields)).toEqual([['__proto__', 'x'], ['constructor', 'y']])
  })

  test('a line that says them is their header, without fields', () => {
    expect(fieldsOf(parse(['a,b,c', '1,2,3', '"a",b,c', 'a,b,x']))).toEqual([{}, { a: 1, b: 2, c: 3 }, {}, { a: 'a', b: 'b', c: 'x' }])
  })

  test('PostgreSQL\'s csvlog is read by the names of its manual', () => {
    const columns = ['log_time', 'user_name', 'database_name', 'process_id', 'connection_from', 'session_id', 'session_line_num', 'command_tag', 'session_start_time', 'virtual_transaction_id', 'transaction_id', 'error_severity', 'sql_state_code', 'message']
    const record = one('"2026-05-16 05:11:50.269 UTC","app","shop",1001,"192.0.2.10:54321",00000001.000003e9,1,"SELECT","2026-05-16 05:00:00 UTC",1/1,0,FATAL,00000,"duration: 6 ms, statement: SELECT ""x""",,,', { columns })
    expect(record).toMatchObject({ time: Date.UTC(2026, 4, 16, 5, 11, 50, 269), level: 'fatal', guessed: [], error: null })
    expect(record.readFields).toMatchObject({ process_id: 1001, sql_state_code: '00000', message: 'duration: 6 ms, statement: SELECT "x"' })
  })
})

describe('a header', () => {
  test('names the columns of its stream, and only of that', () => {
    const parser = host(csv)
    const [first, second] = [recordsOf(['time,level,msg', '2026-11-01T00:00:00Z,error,x']), recordsOf(['name,count,unit', 'a,1,b'])]
    parser.parse.get('csv')?.call({ stream: 's1', source: 'app', records: first })
    parser.parse.get('csv')?.call({ stream: 's2', source: 'app', records: second })
    const third = recordsOf(['2026-11-01T00:00:01Z,warn,y', 'time,level,msg'])
    parser.parse.get('csv')?.call({ stream: 's1', source: 'app', records: third })
    expect(fieldsOf([...first, ...second, ...third])).toEqual([
      {}, { time: '2026-11-01T00:00:00Z', level: 'error', msg: 'x' }, {}, { name: 'a', count: 1, unit: 'b' }, { time: '2026-11-01T00:00:01Z', level: 'warn', msg: 'y' }, {},
    ])
    expect(third[0]).toMatchObject({ level: 'warn', guessed: [], time: Date.UTC(2026, 10, 1, 0, 0, 1) })
  })

  test('is found behind blank lines and a byte order mark', () => {
    expect(fieldsOf(parse(['', '\u{feff}x,y,z', '1,2,3'], {}))).toEqual([{}, {}, { x: 1, y: 2, z: 3 }])
  })

  test('that was asked for may hold any names but values', () => {
    expect(fieldsOf(parse(['Time Stamp,größe (MB)', 'x,2'], { header: true }))).toEqual([{}, { 'Time Stamp': 'x', 'größe (MB)': 2 }])
    expect(fieldsOf(parse(['Time Stamp,größe (MB)', 'x,2'], {}))).toEqual([{ column1: 'Time Stamp', column2: 'größe (MB)' }, { column1: 'x', column2: 2 }])
    expect(fieldsOf(parse(['x,y', '1,2'], { header: false }))).toEqual([{ column1: 'x', column2: 'y' }, { column1: 1, column2: 2 }])
  })

  test('that was not seen is said on the page, once a stream', async () => {
    for (const options of [{}, { header: true }]) {
      const parser = await createHost(csv, options).setup()
      const batch = makeBatch(['2026-11-01T00:00:00Z,ERROR,x', 'a,b,c', '1,2,3'])
      parser.parse(batch)
      expect(batch.records.map(({ readFields }) => ({ ...readFields }))).toEqual([{ column1: '2026-11-01T00:00:00Z', column2: 'ERROR', column3: 'x' }, { column1: 'a', column2: 'b', column3: 'c' }, { column1: 1, column2: 2, column3: 3 }])
      expect(batch.records.map(({ error }) => error)).toEqual([null, null, null])
      expect(parser.problems.map(({ message }) => message)).toEqual([expect.stringContaining('cannot name the columns of')])
    }
  })

  test('nobody asked for is not missed', async () => {
    const parser = await createHost(csv, { header: false }).setup()
    parser.parse(makeBatch(['1,2']))
    expect(parser.problems).toEqual([])
  })
})

describe('time and level', () => {
  function check(line: string, options: object, want: string): void {
    const record = one(line, options)
    const time = record.guessed.includes('time') ? '-' : formatTime(record.time, record.timeText)
    expect(`${record.guessed.includes('level') ? '-' : record.level} ${time}`, line).toBe(want)
  }

  test('are read under the usual names, or from the columns given', () => {
    check('2026-11-01T00:00:00.013456Z,WARN,x', { columns: ['ts', 'lvl', 'msg'] }, 'warn 2026-11-01T00:00:00.013456Z')
    check('1793491200,3,x', { columns: ['timestamp', 'severity', 'msg'] }, 'error 2026-11-01T00:00:00.000Z')
    check('x,2026-11-01T00:00:00Z,CRIT,2001-01-01T00:00:00Z', { columns: ['a', 'when', 'how', 'time'], time_column: 'when', level_column: 'how' }, 'fatal 2026-11-01T00:00:00.000Z')
    check('noon,2001-01-01T00:00:00Z,[ERROR] x', { columns: ['when', 'time', 'message'], time_column: 'when' }, 'error -')
    check('2026-11-01 00:00:00,x', { columns: ['time', 'msg'] }, '- -')
    check('2026-11-01 00:00:00,x', { columns: ['time', 'msg'], timezone: 'Europe/Paris' }, '- 2026-10-31T23:00:00.000Z')
  })

  test('given by the source stay, and so does an object', () => {
    const [record] = recordsOf(['2026-11-01T00:00:00Z,error,x']) as [LogRecord]
    const object = objectRecord({ a: 1 })
    record.timeFound(1)
    record.levelFound('debug')
    host(csv, { columns: ['time', 'level', 'msg'] }).parse.get('csv')?.call(batchOf([record, object]))
    expect([record.time, record.level, object.error, { ...object.readFields }]).toEqual([1, 'debug', null, {}])
  })
})

describe('what is no row', () => {
  test('is kept with the reason, and the next row is read', () => {
    const records = parse(['x,"y', '1,2,3', 'x,"y"z,1', '4,5,6', 'java.lang.Error: it broke', '"7",8,9'])
    expect(records.map(({ error }) => error)).toEqual([expect.stringMatching(/quote/), null, expect.stringMatching(/quote/), null, expect.stringMatching(/1 cell where 3 columns/), null])
    expect(fieldsOf(records)).toEqual([{}, { a: 1, b: 2, c: 3 }, {}, { a: 4, b: 5, c: 6 }, {}, { a: 7, b: 8, c: 9 }])
  })

  test('still says its time and level', () => {
    expect(one('2026-11-01T00:00:00Z ERROR "it broke')).toMatchObject({ time: Date.UTC(2026, 10, 1), level: 'error', guessed: [] })
  })
})

describe('auto', () => {
  function claimed(lines: readonly string[], options: object = {}): boolean {
    return host(csv, options).detect.call({ stream: 's', source: 'app', lines }) === 'csv'
  }

  test('chooses csv for names and as many cells', () => {
    expect(claimed(['time,level,message', '2026-11-01,info,x', '2026-11-01,info,"x, y"'])).toBe(true)
    expect(claimed(['time;level;message', '2026-11-01;info;x'])).toBe(false)
    expect(claimed(['time;level;message', '2026-11-01;info;x'], { delimiter: ';' })).toBe(true)
    expect(claimed(['1,2,3', '4,5,6'], { columns: ['a', 'b', 'c'] })).toBe(true)
  })

  test('leaves text with commas alone', () => {
    expect(claimed(['time,level,message'])).toBe(false)
    expect(claimed(['first, second, third', 'one, two, three'])).toBe(false)
    expect(claimed(['key,value', 'a,b', 'c,d'])).toBe(false)
    expect(claimed(['a,b,c', 'a sentence', 'another, sentence', 'x,y,z'])).toBe(false)
    expect(claimed(['2026-11-01,info,x', '2026-11-01,warn,y'])).toBe(false)
    expect(claimed(['a,a,a', 'b,b,b'])).toBe(false)
  })
})

test('forgets the streams it saw first rather than grow', () => {
  const parser = host(csv).parse.get('csv')
  const feed = (stream: string, line: string): LogRecord => {
    const records = recordsOf([line])
    parser?.call({ stream, source: 'app', records })
    return records[0] as LogRecord
  }
  for (let i = 0; i <= 10_000; i++) feed(`s${i}`, 'x,y')
  expect(fieldsOf([feed('s10000', '1,2'), feed('s0', '1,2')])).toEqual([{ x: 1, y: 2 }, { column1: 1, column2: 2 }])
})

test('a rendered record gives its cells back', { timeout: propertyMs }, () => {
  const cell = fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^[a",\n\r ]{0,8}$/), fc.integer().map(String), fc.constantFrom('true', '007', '1.10'))
  const row = fc.array(cell, { minLength: 2, maxLength: 6 }).filter(([first]) => !(first as string).startsWith('\u{feff}'))
  fc.assert(fc.property(fc.array(row, { minLength: 1, maxLength: 3 }), (rows) => {
    const columns = ['c0', 'c1', 'c2', 'c3', 'c4', 'c5']
    const records = parse(rows.map(csvRow), { columns })
    for (const [i, record] of records.entries()) {
      // A row of nothing but spaces and commas may be a blank line; empty cells are left out.
      const want = Object.fromEntries((rows[i] as string[]).map((text, at) => [columns[at], typedValue(text)]).filter(([, value]) => value !== ''))
      expect([record.error, { ...record.readFields }]).toEqual([null, want])
    }
  }), propertyRuns)
})
