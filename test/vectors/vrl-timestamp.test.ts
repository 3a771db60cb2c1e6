import { compileTimeFormat } from '../../core/time-format.ts'
import { formatTime } from '../../core/time.ts'
import { testVectors } from './test-vectors.ts'

testVectors('vrl_timestamp', {
  compare({ input, args, expect }) {
    const { format, timezone = 'UTC' } = args as { format: string; timezone?: string }
    const { ok, fields } = expect as { ok: boolean; fields?: { $ts: string } }
    const time = compileTimeFormat(format)(String(input), timezone)
    const got = time === null ? null : formatTime(time.ms, time.text)
    const want = ok ? formatTime(Date.parse(fields?.$ts ?? '')) : null
    return got === want ? null : `${got} instead of ${want}`
  },
  leftOut: { 1: 'a time that already is one is not read' },
})
