// Finds the lines of a block that hold one of a query's needles, in order, by searching the block as one text.
import type { Needles } from './needles.ts'
import type { TextFinders } from './text-finders.ts'

/** Calls back with each line that may match; `end` is where its newline is. `text` is the block, one character a byte: that is searched at 1 to 3 GB/s. */
export type FindLines = (text: string, visit: (start: number, end: number) => void) => void

/** Where the next line that may match is told from, at or after `from`; -1 without one. */
type Finder = (text: string, from: number) => number

/**
 * A number in JSON stands behind one of these; each way to write one that JavaScript does not: exponent, zeros behind the point, more
 * digits than a double keeps. Strings that look like that only cost a closer look.
 */
const ODD_NUMBER = /(?<=[:,[\s-])(?:\d+(?:\.\d+)?[eE]|\d+\.\d*0(?=[,}\]\s])|0\.0{6}|\d[\d.]{15})/g

export function findLines(needles: Needles | null, finders: TextFinders): FindLines {
  if (needles === null) return everyLine
  const own = needles.texts.map(({ text, anyCase }): Finder => {
    const finder = finders.of(text, anyCase)
    return (_, from) => finder.next(from)
  })
  if (needles.numbers) own.push(findOddNumber)
  const [only] = own
  return (text, visit) => {
    // Any character may be written as `\u`: lines with such are always looked at. Most blocks have none.
    const escaped = text.includes('\\u')
    if (!escaped && own.length === 1 && only !== undefined) oneFinder(text, only, visit)
    else someFinders(text, escaped ? [...own, (block, from) => block.indexOf('\\u', from)] : own, visit)
  }
}

function findOddNumber(text: string, from: number): number {
  ODD_NUMBER.lastIndex = from
  return ODD_NUMBER.exec(text)?.index ?? -1
}

function everyLine(text: string, visit: (start: number, end: number) => void): void {
  let start = 0
  for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', start)) {
    visit(start, end)
    start = end + 1
  }
}

function oneFinder(text: string, find: Finder, visit: (start: number, end: number) => void): void {
  let next = 0
  for (let at = find(text, 0); at !== -1; at = find(text, next)) next = visitLine(text, next, at, visit)
}

function someFinders(text: string, finders: readonly Finder[], visit: (start: number, end: number) => void): void {
  const places = finders.map((find) => find(text, 0))
  for (let next = 0; ; ) {
    let at = -1
    for (const place of places) if (place !== -1 && (at === -1 || place < at)) at = place
    if (at === -1) return
    next = visitLine(text, next, at, visit)
    for (let i = 0; i < places.length; i++) {
      const place = places[i] as number
      if (place !== -1 && place < next) places[i] = (finders[i] as Finder)(text, next)
    }
  }
}

/** The line around `at`; lines begin at `next` at the earliest. Returns where the following one does. */
function visitLine(text: string, next: number, at: number, visit: (start: number, end: number) => void): number {
  // Often it is the very next line, and looking forward costs 15 ns where looking back costs 200.
  let start = next
  let end = text.indexOf('\n', next)
  if (end < at) {
    end = text.indexOf('\n', at)
    start = text.lastIndexOf('\n', at) + 1
  }
  visit(start, end)
  return end + 1
}
