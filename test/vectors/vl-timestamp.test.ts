import { parseTime } from '../../core/time.ts'
import { testVectors } from './test-vectors.ts'

testVectors('vl_timestamp', {
  compare({ input, expect }) {
    const { ok, ts_ns: want } = expect as { ok: boolean; ts_ns?: string }
    const time = parseTime(input as string)
    // "Now" is what a record keeps whose time is not found.
    const got = time === null ? (ok ? '$NOW' : undefined) : String(BigInt(time.ms) * 1_000_000n + (time.text === null ? 0n : BigInt(time.text.slice(23, -1).padEnd(6, '0'))))
    return got === want ? null : `${got} instead of ${want}`
  },
  leftOut: {
    9: 'a date alone is a time as well: its midnight, which is what a column of dates means',
    10: 'a time without seconds is a time as well',
  },
})
