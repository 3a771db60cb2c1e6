import { expect, test } from 'vitest'
import { readMoment } from '../../../core/search/read-moment.ts'

const NOW = Date.UTC(2026, 10, 5, 12)

function check(text: string, want: number | string | null): void {
  test(JSON.stringify(text), () => expect(readMoment(text, NOW)).toBe(typeof want === 'string' ? Date.parse(want) : want))
}

check('2026-11-01T10:15:00Z', '2026-11-01T10:15:00Z')
check('2026-11-01T10:15:00.123456Z', '2026-11-01T10:15:00.123Z')
check('2026-11-01T10:15', '2026-11-01T10:15:00Z')
check('2026-11-01T10:15:00+02:00', '2026-11-01T08:15:00Z')
check('2026-11-01T10:15:00 02:00', '2026-11-01T08:15:00Z')
check('2026-11-01T10:15:00-0130', '2026-11-01T11:45:00Z')
check('2026-11-01 10:15', '2026-11-01T10:15:00Z')
check('2026-11-01', '2026-11-01T00:00:00Z')
check('2026-11', '2026-11-01T00:00:00Z')
check(' 15m ', NOW - 900_000)
check('24h', NOW - 86_400_000)
check('7d', NOW - 604_800_000)
check('now', NOW)
check('1793527200000', 1_793_527_200_000)
check('0', 0)
check('-1h', null)
check('tomorrow', null)
check('2026-02-30', null)
check('2026-11-01T25:00:00Z', null)
check('*', null)
check('', null)
check('15m*', null)
check('9'.repeat(400), null)
