// Runs a compiled regular expression over a text: backtracking, which is fastest on usual lines, until a line turns out to need too much of it;
// from then on every (place in the program, place in the text) that failed is remembered and not tried again, so the time stays linear.
import { ANY, BEYOND, type CharClass } from './char-class.ts'
import { holds, looksRight } from './holds.ts'
import { CERTAIN, OP, SPAN_LENGTH, UNLIMITED, type Look, type Program } from './program.ts'
import { seen } from './seen.ts'
import { before, codeAt, NO_UNIT, wideAt, widthAt } from './text-position.ts'

export interface Runner {
  readonly run: Run
  /** Whether the last `run` gave up: then null does not say that there is no match. */
  gaveUp(): boolean
  /** Of a longer text a match may be missed: what would have to be remembered takes too much memory. */
  readonly maxChars: number
}

/** Returns the registers, valid until the next call: start and end of each capture, -1 where it took no part; null without a match. */
export type Run = (text: string, from?: number) => Int32Array | null

/** Steps before remembering begins: what usual lines need several times over. */
const FREE_STEPS = 4096
const FREE_STEPS_PER_CHAR = 8
/** A bit for each place: 8 MiB, filled in half a second at worst. A line that would take more does not match. */
const MAX_BITS = 2 ** 26
/** About half a second, reached only by long lines under large counted repetitions, whose factor is in the time. Such a line does not match. */
const MAX_STEPS = 3e7
const CHARS: readonly string[] = Array.from({ length: BEYOND }, (_, code) => String.fromCharCode(code))
const NOTHING = new Int32Array(0)

/** `run` throws nothing and is not re-entrant. `freeSteps`: how many steps go unremembered, for tests. */
export function createRun({ code, classes, guards, looks, first, anchored, registers, states }: Program, freeSteps = FREE_STEPS): Runner {
  const tables = classes.map(({ table }) => table)
  const caps = new Int32Array(registers)
  /** Alternatives (place, position, -1), open spans (place, end, lowest end), old registers (-1 - register, value, -1). */
  let kept = new Int32Array(3 * 256)
  const maxChars = Math.floor(MAX_BITS / Math.max(1, states)) - 1

  let stopped = false
  return { run, gaveUp: () => stopped, maxChars }

  function run(text: string, from = 0): Int32Array | null {
    const { length } = text
    stopped = false
    let stack = kept
    let free = freeSteps === 0 ? 0 : freeSteps + length * FREE_STEPS_PER_CHAR
    let remembers = false
    let visited = NOTHING
    const last = anchored ? 0 : length

    for (let start = from; start <= last; start++) {
      const c = codeAt(text, start)
      if (first[c] === 0 || (c >= BEYOND && start > from && start < length && before(text, start + 1) < start)) continue
      caps.fill(-1)
      let top = 0
      let pc = 0
      let pos = start
      for (;;) {
        if (top + 3 > stack.length) {
          kept = new Int32Array(stack.length * 2)
          kept.set(stack)
          stack = kept
        }
        let fails = false
        switch (code[pc]) {
          case 0: // match
            return caps
          case 1: // char
            if (pos < length && text.charCodeAt(pos) === code[pc + 1]) {
              pos++
              pc += 2
            } else fails = true
            break
          case 2: {
            const count = code[pc + 1] as number
            let i = pos + count <= length ? 0 : count + 1
            while (i < count && text.charCodeAt(pos + i) === code[pc + 2 + i]) i++
            if (i === count) {
              pos += count
              pc += count + 2
            } else fails = true
            break
          }
          case 3: {
            const c = pos < length ? text.charCodeAt(pos) : NO_UNIT
            const width = c < BEYOND ? (tables[code[pc + 1] as number] as Uint8Array)[c] as number : wideAt(classes[code[pc + 1] as number] as CharClass, text, pos)
            if (width === 0) fails = true
            pos += width
            pc += 2
            break
          }
          case 4: // jump
            pc = code[pc + 1] as number
            break
          case 5: {
            if (remembers && seen(visited, length, code[pc + 5] as number, pos)) {
              fails = true
              break
            }
            const c = codeAt(text, pos)
            if ((guards[code[pc + 3] as number] as Uint8Array)[c] === 0) pc = code[pc + 2] as number
            else {
              if ((guards[code[pc + 4] as number] as Uint8Array)[c] === 1) {
                stack[top] = code[pc + 2] as number
                stack[top + 1] = pos
                stack[top + 2] = -1
                top += 3
              }
              pc = code[pc + 1] as number
            }
            break
          }
          case 6: {
            const register = code[pc + 1] as number
            if (top > 0) {
              stack[top] = -1 - register
              stack[top + 1] = caps[register] as number
              stack[top + 2] = -1
              top += 3
            }
            caps[register] = pos
            pc += 2
            break
          }
          case 7: {
            const table = tables[code[pc + 1] as number] as Uint8Array
            const min = code[pc + 2] as number
            const max = code[pc + 3] as number
            let low = min === 0 ? pos : -1
            let end = pos
            let count = 0
            if (min === 0 && max === UNLIMITED && !remembers && (classes[code[pc + 1] as number] as CharClass).unit === ANY) {
              free -= (length - pos) >> 4
              end = length
            } else while (count < max) {
              const c = end < length ? text.charCodeAt(end) : NO_UNIT
              const width = c < BEYOND ? table[c] as number : wideAt(classes[code[pc + 1] as number] as CharClass, text, end)
              if (width === 0) break
              if (remembers && max === UNLIMITED && count >= min && seen(visited, length, code[pc + 6] as number, end)) {
                // An earlier way here has tried, or will try, every end from this one on.
                end = -1 - end
                break
              }
              end += width
              if (++count === min) low = end
            }
            free -= count
            if (low === -1) {
              fails = true
              break
            }
            if (end < 0) {
              end = before(text, -1 - end)
              if (end < low || code[pc + 5] === CERTAIN) {
                fails = true
                break
              }
            }
            if (code[pc + 5] === CERTAIN) {
              if ((guards[code[pc + 4] as number] as Uint8Array)[codeAt(text, end)] === 0) fails = true
              pos = end
              pc += SPAN_LENGTH
              break
            }
            {
              stack[top] = pc
              stack[top + 1] = end
              stack[top + 2] = low
              top += 3
            }
            fails = true
            break
          }
          case 8: {
            const min = code[pc + 2] as number
            const one = classes[code[pc + 1] as number] as CharClass
            let end = pos
            let count = 0
            for (; count < min; count++) {
              const width = widthAt(one, text, end)
              if (width === 0) break
              end += width
            }
            fails = true
            if (count === min) {
              stack[top] = pc
              stack[top + 1] = end
              stack[top + 2] = (code[pc + 3] as number) - min
              top += 3
            }
            break
          }
          case 9: // assert
            if (holds(code[pc + 1] as number, text, pos)) pc += 2
            else fails = true
            break
          case 10: // look
            if (looksRight(looks[code[pc + 1] as number] as Look, text, pos)) pc += 2
            else fails = true
            break
          default: // OP.progress
            pc = caps[code[pc + 1] as number] === pos ? code[pc + 2] as number : pc + 3
        }
        if (!fails) continue

        let resumed = false
        while (top > 0) {
          top -= 3
          const at = stack[top] as number
          const value = stack[top + 1] as number
          const rest = stack[top + 2] as number
          if (at < 0) {
            caps[-1 - at] = value
            continue
          }
          free--
          if (rest < 0) {
            pc = at
            pos = value
            resumed = true
            break
          }
          const guard = guards[code[at + 4] as number] as Uint8Array
          let end = value
          if (code[at] === OP.span) {
            const only = code[at + 5] as number
            // It looks beyond `rest`, which is why its cost counts against remembering, where it is not used.
            if (only >= 0 && !remembers) {
              end = text.lastIndexOf(CHARS[only] as string, end)
              free -= (value - end) >> 4
            } else {
              while (end >= rest && guard[codeAt(text, end)] === 0) end = before(text, end)
              free -= value - end
            }
            if (end < rest) continue
            if (end > rest) {
              stack[top] = at
              stack[top + 1] = before(text, end)
              stack[top + 2] = rest
              top += 3
            }
          } else {
            const only = code[at + 5] as number
            if (only >= 0 && !remembers) {
              end = text.indexOf(CHARS[only] as string, end)
              if (end === -1) continue
              free -= (end - value) >> 4
              stack[top] = at
              stack[top + 1] = end + 1
              stack[top + 2] = rest
              top += 3
              pc = at + SPAN_LENGTH
              pos = end
              resumed = true
              break
            }
            const one = classes[code[at + 1] as number] as CharClass
            let more = rest
            let width = 0
            for (; ; more--, end += width) {
              if (remembers && code[at + 3] === UNLIMITED && seen(visited, length, code[at + 6] as number, end)) {
                width = -1
                break
              }
              width = more > 0 ? widthAt(one, text, end) : 0
              if (width === 0 || guard[codeAt(text, end)] === 1) break
            }
            if (width === -1) continue
            free -= end - value
            if (width > 0) {
              stack[top] = at
              stack[top + 1] = end + width
              stack[top + 2] = more - 1
              top += 3
            }
            if (guard[codeAt(text, end)] === 0) continue
          }
          if (remembers && seen(visited, length, code[at + 7] as number, end)) continue
          pc = at + SPAN_LENGTH
          pos = end
          resumed = true
          break
        }
        if (free < -MAX_STEPS) {
          stopped = true
          return null
        }
        if (free < 0 && !remembers) {
          if (length > maxChars) {
            stopped = true
            return null
          }
          remembers = true
          visited = new Int32Array(((states * (length + 1)) >> 5) + 1)
        }
        if (!resumed) break
      }
    }
    return null
  }
}
