// IPv4 and IPv6 addresses.
import { beginsWord, isAlnum, isDigit } from './begins-word.ts'
import type { Spans } from './spans.ts'

/** The longest way to write an address: eight groups with an IPv4 tail. */
const MAX_V6 = 45

/** What every address has and few lines without one: V8 is 5 times as fast at this as the finders below. Times, also Apache's, have three colons at most. */
const LIKE_V4 = /[0-9]\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]/
const LIKE_V6 = /::|[0-9a-f]:(?:[0-9a-f]{1,4}:){4}/i

export function findAddresses(text: string, found: Spans): void {
  if (LIKE_V4.test(text)) findV4(text, found)
  if (LIKE_V6.test(text)) findV6(text, found)
}

function findV4(text: string, found: Spans): void {
  for (let dot = text.indexOf('.'); dot !== -1; dot = text.indexOf('.', dot + 1)) {
    if (!isDigit(text.charCodeAt(dot + 1)) || !isDigit(text.charCodeAt(dot - 1))) continue
    let start = dot - 1
    while (start > dot - 4 && isDigit(text.charCodeAt(start - 1))) start--
    const end = endOfV4(text, start)
    if (end === 0) continue
    found.add(start, end, 'ip')
    dot = end - 1
  }
}

/** 0 where no address stands, but perhaps a version, an OID or a network (`120.0.0.0`, which is also how browsers write theirs). */
function endOfV4(text: string, start: number): number {
  if (!beginsWord(text, start) || (text.charCodeAt(start - 1) === 46 && isAlnum(text.charCodeAt(start - 2)))) return 0
  const end = endOfOctets(text, start)
  if (end === 0 || isAlnum(text.charCodeAt(end)) || (text.charCodeAt(end) === 46 && isDigit(text.charCodeAt(end + 1)))) return 0
  if (text.endsWith('.0.0.0', end) || isVersion(text, start)) return 0
  return end
}

function endOfOctets(text: string, start: number): number {
  let i = start
  for (let octet = 0; octet < 4; octet++) {
    if (octet > 0 && text.charCodeAt(i++) !== 46) return 0
    let value = 0
    const from = i
    while (i < from + 3 && isDigit(text.charCodeAt(i))) value = value * 10 + text.charCodeAt(i++) - 48
    if (i === from || value > 255) return 0
  }
  return i
}

/** `version 1.2.3.4`, `"Version":"1.2.3.4"`. */
function isVersion(text: string, start: number): boolean {
  const before = text.slice(Math.max(0, start - 12), start)
  const at = before.lastIndexOf('ersion')
  return at !== -1 && !/[A-Za-z0-9]/.test(before.slice(at + 6))
}

function findV6(text: string, found: Spans): void {
  for (let colon = text.indexOf(':'); colon !== -1; colon = text.indexOf(':', colon + 1)) {
    const next = text.charCodeAt(colon + 1)
    if (next !== 58 && (!isHex(next) || !isHex(text.charCodeAt(colon - 1)))) continue
    let start = colon
    while (start > colon - 5 && isHex(text.charCodeAt(start - 1))) start--
    let end = colon + 1
    while (isHex(text.charCodeAt(end)) || text.charCodeAt(end) === 58) end++
    const run = end
    if (run - start <= MAX_V6) {
      // An IPv4 tail: its first number was taken for a group.
      if (text.charCodeAt(end) === 46) end = endOfTail(text, end)
      else if (text.charCodeAt(end - 1) === 58 && text.charCodeAt(end - 2) !== 58) end--
      if (beginsWord(text, start) && !isAlnum(text.charCodeAt(end)) && isV6(text.slice(start, end))) found.add(start, end, 'ip')
    }
    colon = run - 1
  }
}

function endOfTail(text: string, dot: number): number {
  let start = dot
  while (isDigit(text.charCodeAt(start - 1))) start--
  return endOfOctets(text, start) || dot
}

function isV6(run: string): boolean {
  const gap = run.indexOf('::')
  if (gap !== -1 && run.indexOf('::', gap + 1) !== -1) return false
  // `std::face` has no digit; `12:34:56` neither eight groups nor a gap.
  if (run.search(/\d/) === -1) return false
  let groups = 0
  for (const part of run.split(':')) {
    if (part === '') continue
    if (part.includes('.')) groups += 2
    else if (part.length <= 4) groups++
    else return false
  }
  return gap === -1 ? groups === 8 && !run.startsWith(':') && !run.endsWith(':') : groups >= 1 && groups <= 7
}

function isHex(c: number): boolean {
  return isDigit(c) || (c >= 97 && c <= 102) || (c >= 65 && c <= 70)
}
