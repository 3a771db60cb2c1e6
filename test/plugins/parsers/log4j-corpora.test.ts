// Real logs, compared with what others read from them. They are not part of the project.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { csvCells } from '../../../core/csv.ts'
import type { LogRecord } from '../../../core/record.ts'
import log4j from '../../../plugins/parsers/log4j.ts'
import { groupText } from '../../core/multiline/group-lines.ts'
import { sharedData } from '../../shared-data.ts'
import { batchOf, host, recordsOf } from '../tap-host.ts'

const folder = sharedData('logs')

function read(path: string): string[] {
  return readFileSync(`${folder}/${path}`, 'utf8').trimEnd().split(/\r?\n/)
}

function parse(lines: readonly string[]): LogRecord[] {
  const records = recordsOf(lines)
  host(log4j).parse.get('log4j')?.call(batchOf(records))
  return records
}

const FOREIGN: Readonly<Record<string, string>> = { WARN: 'warn', INFO: 'info', ERROR: 'error', DEBUG: 'debug', TRACE: 'trace', FATAL: 'fatal' }

/** Share of records whose level, logger and message are those of LogHub's structured file. */
function agreement(system: string, loggerOf: (row: Readonly<Record<string, string>>) => string): number {
  const lines = read(`loghub/${system}/${system}_2k.log`)
  const [header = [], ...rows] = read(`loghub/${system}/${system}_2k.log_structured.csv`).map((line) => csvCells(line) ?? [])
  const records = parse(lines)
  expect(records.filter(({ error }) => error !== null).map(({ line }) => line)).toEqual([])
  let agreed = 0
  for (let i = 0; i < records.length; i++) {
    const row = Object.fromEntries(header.map((name, column) => [name, rows[i]?.[column] ?? '']))
    const { level, fields } = records[i] as LogRecord
    if (level === FOREIGN[row['Level'] ?? ''] && fields['logger'] === loggerOf(row) && String(fields['message']).trim() === row['Content']?.trim()) agreed++
  }
  return agreed / records.length
}

test.skipIf(folder === null)(`LogHub: level, component and content agree${folder === null ? ' (the shared logs are not beside this checkout)' : ''}`, () => {
  expect(agreement('HDFS', (row) => row['Component'] ?? '')).toBe(1)
  expect(agreement('Spark', (row) => row['Component'] ?? '')).toBe(1)
  expect(agreement('Zookeeper', (row) => row['Component']?.replace(/.*:/, '') ?? '')).toBe(1)
})

test.skipIf(folder === null)(`Kafka: every record is read, stack traces and dumps of values included${folder === null ? ' (the shared logs are not beside this checkout)' : ''}`, () => {
  let found = 0
  for (const file of ['controller-stacktraces', 'server-config-dump', 'server-stacktraces']) {
    const records = parse(groupText({ start: '^\\[?\\d' }, readFileSync(`${folder}/kafka-log4j-multiline/${file}.log`, 'utf8')))
    expect(records.filter(({ error }) => error !== null)).toEqual([])
    expect(records.filter(({ fields }) => fields['logger'] === undefined).map(({ line }) => line)).toEqual([])
    const traces = records.filter(({ line }) => /\n\s+at /.test(line))
    expect(traces.filter(({ fields }) => fields['exception.type'] === undefined).map(({ line }) => line)).toEqual([])
    expect(records.length).toBeGreaterThan(300)
    found += traces.length
  }
  expect(found).toBe(33)
})
