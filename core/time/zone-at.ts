// The zone that is written behind a time: `Z`, `+02:00`, `UTC`, `CEST`.
import { digit, isWord, two } from './digits.ts'

/** Where `zoneAt` puts the end of what it read: an out parameter, so that nothing is allocated. */
export interface ZoneEnd {
  end: number
}

const MINUTE = 60_000

/**
 * Abbreviations with one meaning in use, in minutes from UTC: the United States as in RFC 2822 4.3, the others as in the IANA time zone database.
 * Null: in use for several zones (CST is America's and China's, IST India's, Israel's and Ireland's). Those end the time but settle nothing.
 */
const ABBREVIATIONS: ReadonlyMap<string, number | null> = new Map<string, number | null>([
  ['UT', 0], ['UTC', 0], ['GMT', 0], ['WET', 0], ['WEST', 60], ['CET', 60], ['CEST', 120], ['MEZ', 60], ['MESZ', 120], ['EET', 120], ['EEST', 180], ['MSK', 180],
  ['EST', -300], ['EDT', -240], ['CDT', -300], ['MST', -420], ['MDT', -360], ['PST', -480], ['PDT', -420], ['AKST', -540], ['AKDT', -480], ['HST', -600],
  ['NST', -210], ['NDT', -150], ['BRT', -180], ['SAST', 120], ['PKT', 300], ['HKT', 480], ['SGT', 480], ['JST', 540], ['KST', 540],
  ['AWST', 480], ['ACST', 570], ['ACDT', 630], ['AEST', 600], ['AEDT', 660], ['NZST', 720], ['NZDT', 780],
  ['CST', null], ['IST', null], ['BST', null], ['AST', null], ['ADT', null], ['SST', null],
])

/**
 * UTC offset in ms of the zone written at `at`, after a space or not, with `out.end` behind it. NaN when there is none (`out.end` is `at`) or
 * when its name is in use for several zones (`out.end` is behind it).
 */
export function zoneAt(text: string, at: number, out: ZoneEnd): number {
  const spaced = text.charCodeAt(at) === 32
  const i = spaced ? at + 1 : at
  const first = text.charCodeAt(i)
  out.end = at
  if (first === 90 || first === 122) {
    if (isWord(text.charCodeAt(i + 1))) return Number.NaN
    out.end = i + 1
    return 0
  }
  if (first === 43 || first === 45) return numericZone(text, i, spaced, out)
  return first >= 65 && first <= 87 ? namedZone(text, i, out) : Number.NaN
}

function numericZone(text: string, at: number, spaced: boolean, out: ZoneEnd): number {
  const hours = two(text, at + 1)
  if (!(hours <= 23)) return Number.NaN
  const colon = text.charCodeAt(at + 3) === 58
  const minutes = two(text, colon ? at + 4 : at + 3)
  // After a space `+02` alone is more likely a number of the message.
  if (Number.isNaN(minutes) && (spaced || colon)) return Number.NaN
  const end = Number.isNaN(minutes) ? at + 3 : colon ? at + 6 : at + 5
  if (minutes > 59 || digit(text, end) >= 0) return Number.NaN
  out.end = end
  return (hours * 60 + (minutes >= 0 ? minutes : 0)) * (text.charCodeAt(at) === 45 ? -MINUTE : MINUTE)
}

/** Two to four capitals. Nearly all have their T in third or fourth place, so a level behind the time (`INFO`) costs no lookup. */
function namedZone(text: string, at: number, out: ZoneEnd): number {
  const first = text.charCodeAt(at)
  if (text.charCodeAt(at + 2) !== 84 && text.charCodeAt(at + 3) !== 84 && first !== 85 && first !== 77) return Number.NaN
  let end = at + 1
  while (end < at + 5 && text.charCodeAt(end) >= 65 && text.charCodeAt(end) <= 90) end++
  if (end - at < 2 || isWord(text.charCodeAt(end))) return Number.NaN
  const minutes = ABBREVIATIONS.get(text.slice(at, end))
  if (minutes === undefined) return Number.NaN
  out.end = end
  return minutes === null ? Number.NaN : minutes * MINUTE
}
