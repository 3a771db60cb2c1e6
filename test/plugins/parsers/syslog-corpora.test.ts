import { readFileSync } from 'node:fs'
import Papa from 'papaparse'
import { describe, expect, test } from 'vitest'
import type { LogRecord } from '../../../core/record.ts'
import syslog from '../../../plugins/parsers/syslog.ts'
import { sharedData } from '../../shared-data.ts'
import { batchOf, host, recordsOf } from '../tap-host.ts'

const DAY = 86_400_000

/** A real log, parsed; null where the shared material is not beside this checkout. */
function parsed(path: string): LogRecord[] | null {
  const file = sharedData(`logs/${path}`)
  if (file === null) return null
  const records = recordsOf(readFileSync(file, 'utf8').split(/\r?\n/).filter((line) => line !== ''))
  const hooks = host(syslog)
  expect(hooks.detect.call({ stream: 's', source: 's', lines: records.slice(0, 50).map(({ line }) => line) })).toBe('syslog')
  hooks.parse.get('syslog')?.call(batchOf(records))
  return records
}

const share = (records: readonly LogRecord[], holds: (record: LogRecord) => boolean): number => records.filter(holds).length / records.length

/** LogHub's ground truth, a row for each line. */
function structured(system: string): ReadonlyArray<Readonly<Record<string, string>>> {
  const text = readFileSync(sharedData(`logs/loghub/${system}/${system}_2k.log_structured.csv`) as string, 'utf8')
  return Papa.parse<Record<string, string>>(text, { header: true, skipEmptyLines: true }).data
}

/** The text of fields, `''` for what is not there. */
const field = (record: LogRecord, name: string): string => String(record.fields[name] ?? '')

describe('real logs', () => {
  for (const path of ['auth-sshd-syslog/auth.log', 'loghub/Linux/Linux_2k.log', 'loghub/OpenSSH/OpenSSH_2k.log', 'postgres-stderr/pg-syslog-multiline.log']) {
    test.skipIf(sharedData(`logs/${path}`) === null)(`${path}: every line has a time of the last year, host, program and message${sharedData(`logs/${path}`) === null ? ' (the shared logs are not beside this checkout)' : ''}`, () => {
      const records = parsed(path) as LogRecord[]
      expect(records.length).toBeGreaterThanOrEqual(2000)
      expect(share(records, ({ error }) => error === null)).toBe(1)
      const now = Date.now()
      expect(share(records, ({ time }) => time > now - 367 * DAY && time < now + DAY)).toBe(1)
      for (const name of ['hostname', 'appname', 'message']) expect(share(records, (record) => field(record, name) !== ''), name).toBeGreaterThan(0.99)
    })
  }

  test.skipIf(sharedData('logs/loghub') === null)(`LogHub Linux: program, process id and message are those of the ground truth${sharedData('logs/loghub') === null ? ' (the shared logs are not beside this checkout)' : ''}`, () => {
    const records = parsed('loghub/Linux/Linux_2k.log') as LogRecord[]
    const rows = structured('Linux')
    expect(records.length).toBe(rows.length)
    const same = (name: string, column: string): number => rows.filter((row, i) => field(records[i] as LogRecord, name).trim() === row[column]).length / rows.length
    expect([same('hostname', 'Level'), same('appname', 'Component'), same('procid', 'PID'), same('message', 'Content')]).toEqual([1, 1, 1, 1])
  })

  test.skipIf(sharedData('logs/loghub') === null)(`LogHub OpenSSH: process id and message are those of the ground truth${sharedData('logs/loghub') === null ? ' (the shared logs are not beside this checkout)' : ''}`, () => {
    const records = parsed('loghub/OpenSSH/OpenSSH_2k.log') as LogRecord[]
    const rows = structured('OpenSSH')
    expect(records.length).toBe(rows.length)
    const same = (name: string, column: string): number => rows.filter((row, i) => field(records[i] as LogRecord, name).trim() === row[column]).length / rows.length
    expect([same('hostname', 'Component'), same('procid', 'Pid'), same('message', 'Content')]).toEqual([1, 1, 1])
  })

  test.skipIf(sharedData('logs/postgres-stderr') === null)(`PostgreSQL through syslog: its prefix stays in the message, its level is found${sharedData('logs/postgres-stderr') === null ? ' (the shared logs are not beside this checkout)' : ''}`, () => {
    const records = parsed('postgres-stderr/pg-syslog-multiline.log') as LogRecord[]
    const own = records.filter((record) => record.fields['appname'] === 'postgres')
    expect(share(own, (record) => /^\[\d+-\d+\] /.test(field(record, 'message')))).toBe(1)
    const stated = records.filter((record) => / (?:LOG|ERROR|FATAL|WARNING): {2}/.test(field(record, 'message')))
    expect(stated.length).toBeGreaterThan(1000)
    expect(share(stated, ({ guessed }) => !guessed.includes('level'))).toBe(1)
  })
})
