// Vector's parse_klog and parse_glog beside the klog parser.
import klog from '../../plugins/parsers/klog.ts'
import { formatTime } from '../../core/time.ts'
import type { LogRecord } from '../../core/record.ts'
import { batchOf, host, recordsOf } from '../plugins/tap-host.ts'
import { testVectors } from './test-vectors.ts'

const YEAR = 2026

interface Expected {
  readonly ok: boolean
  readonly fields?: { readonly level: string; readonly timestamp: { readonly $ts: string }; readonly id: number; readonly file: string; readonly line: number; readonly message: string }
}

testVectors('vrl_klog_glog', {
  compare({ input, expect }) {
    const { ok, fields } = expect as Expected
    const records = recordsOf([String(input)])
    const record = records[0] as LogRecord
    record.time = Date.UTC(YEAR, 11, 1)
    host(klog).parse.get('klog')?.call(batchOf(records))
    if (!ok || fields === undefined) return record.error === null ? 'it was read' : null
    const want = [fields.level, fields.timestamp.$ts.replace('$YEAR', String(YEAR)), fields.id, fields.file, fields.line, fields.message]
    const { pid, file, line, message } = record.fields
    const got = [record.level, formatTime(record.time, record.timeText), pid, file, line, message]
    return JSON.stringify(got) === JSON.stringify(want) ? null : `${JSON.stringify(got)} instead of ${JSON.stringify(want)}`
  },
})
