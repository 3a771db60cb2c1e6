import { zoneOf } from '../../core/time-zone.ts'
import { compileTimeFormat } from '../../core/time-format.ts'
import { testVectors } from './test-vectors.ts'

/** The year that the cases without one are about. */
const NOW = Date.UTC(2017, 6, 1)

testVectors('fluentbit_time_formats', {
  compare({ input, args, expect }) {
    const { strptime, default_utc_offset_s: offset } = args as { strptime: string; default_utc_offset_s: number }
    const { epoch_s: second, frac } = expect as { epoch_s: number; frac: number }
    const time = compileTimeFormat(strptime)(input as string, zoneName(offset), NOW)
    if (time === null) return 'no time'
    const digits = time.text === null ? String(time.ms % 1000).padStart(3, '0') : time.text.slice(20, -1)
    const got = `${Math.floor(time.ms / 1000)} ${Number(`0.${digits}`)}`
    const want = `${second} ${frac}`
    return got === want ? null : `${got} instead of ${want}`
  },
})

/** `-21600` as `-06:00`. */
function zoneName(seconds: number): string {
  const minutes = Math.abs(seconds) / 60
  const two = (value: number): string => String(value).padStart(2, '0')
  const name = `${seconds < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`
  if (zoneOf(name) === null) throw new Error(`BUG: ${name} is no zone.`)
  return name
}
