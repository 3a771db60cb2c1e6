// The csv output: one table with stable columns, exact over crashes.
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Retry } from '../../../core/delivery-errors.ts'
import type { Cursor } from '../../../core/journal/stored-line.ts'
import csv from '../../../plugins/outputs/csv.ts'
import { createHost } from '../../contract/create-host.ts'
import { deliverFrom } from '../../contract/delivery-run.ts'
import { makeStoredLine } from '../../contract/make-stored-line.ts'
import { testOutput } from '../../contract/test-output.ts'
import { parseCsv } from '../../e2e/parse-csv.ts'

const START: Cursor = { segment: 1, record: 0, state: null }

testOutput({ test, expect }, csv, {
  guarantee: 'exactly-once',
  options: (folder) => ({ path: join(folder, 'out.csv') }),
  invalid: [{ path: '' }, { path: 'a', columns: [] }, { path: 'a', columns: [''] }, { path: 'a', delimiter: ';' }],
  read: (folder) => parseCsv(readFileSync(join(folder, 'out.csv'), 'utf8')).slice(1).map((row) => row[6]),
})

let directory: string
let path: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sawlog-csv-'))
  path = join(directory, 'out.csv')
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

async function write(options: object, records: Parameters<typeof makeStoredLine>[2][], cursor = START): Promise<Cursor> {
  const { component } = await createHost(csv, { path, ...options }).setup()
  const next = await deliverFrom(component, records.map((parts, i) => makeStoredLine(1, i, parts)), cursor, { batch: () => 2 })
  await component.close?.()
  return next
}

describe('a row', () => {
  test('has the parts of the record, the body as it came', async () => {
    await write({}, [
      { level: 'error', tags: ['a', 'b'], body: { msg: 'card, "declined"', n: 1e21 }, fields: { status: 402 } },
      { tags: [], body: 'two\nlines' },
    ])
    expect(readFileSync(path, 'utf8')).toBe([
      'time,level,source,host,tags,message,body,fields',
      '2026-11-01T00:00:00.000Z,error,test,test-host,"a,b","card, ""declined""","{""msg"":""card, \\""declined\\"""",""n"":1e+21}","{""status"":402}"',
      '2026-11-01T00:00:00.001Z,info,test,test-host,,"two\nlines","two\nlines",',
      '',
    ].join('\n'))
  })

  test('has the columns of the config whatever is in a record, fields of the body before extracted ones', async () => {
    await write({ columns: ['user.id', 'status', 'guessed', 'error', 'nothing'] }, [
      { body: { user: { id: 7 }, status: [1] }, fields: { status: 200 } },
      { body: 'text', fields: { 'user.id': 'x', status: false, nothing: null }, guessed: ['time', 'level'], error: 'why' },
    ])
    expect(parseCsv(readFileSync(path, 'utf8'))).toEqual([
      ['user.id', 'status', 'guessed', 'error', 'nothing'],
      ['7', '[1]', '', '', ''],
      ['x', 'false', 'time,level', 'why', ''],
    ])
  })
})

test('a file with other columns is left alone until it is moved away', async () => {
  writeFileSync(path, 'a,b\n1,2\n')
  const { component } = await createHost(csv, { path }).setup()
  const lines = [makeStoredLine(1, 0, { body: 'x' })]
  await expect(deliverFrom(component, lines, START, { batch: () => 1 })).rejects.toThrow(Retry)
  await expect(deliverFrom(component, lines, START, { batch: () => 1 })).rejects.toThrow(/its first row is not time,level,.*Move the file away/)
  expect(readFileSync(path, 'utf8')).toBe('a,b\n1,2\n')
  rmSync(path)
  await deliverFrom(component, lines, START, { batch: () => 1 })
  await component.close?.()
  expect(parseCsv(readFileSync(path, 'utf8')).map((row) => row[6])).toEqual(['body', 'x'])
})

test('a header torn by a crash is completed, a row torn inside a quoted line break as well', async () => {
  writeFileSync(path, 'time,lev')
  const cursor = await write({}, [{ body: 'one' }])
  const whole = readFileSync(path, 'utf8')
  const records = [{ body: 'one' }, { body: 'two\nlines, "quoted"' }, { body: 'three' }]
  await write({}, records, cursor)
  const all = readFileSync(path, 'utf8')
  for (let torn = whole.length; torn < all.length; torn++) {
    writeFileSync(path, whole)
    appendFileSync(path, all.slice(whole.length, torn))
    await write({}, records, cursor)
    expect(readFileSync(path, 'utf8'), `torn at ${torn}`).toBe(all)
  }
})
