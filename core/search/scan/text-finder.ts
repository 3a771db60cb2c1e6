// Finds one literal in a block, line after line, and remembers its last answer: several tests of a line ask for the same place.
import { findLiteral, type FindLiteral } from '../find-literal.ts'

export class TextFinder {
  readonly #find: FindLiteral
  #text = ''
  /** From `#from` on, the literal first occurs at `#at`; -1: nowhere. */
  #from = 0
  #at = -1

  /** `literal` is UTF-8 as one character a byte, in lower case where `anyCase`. */
  constructor(literal: string, anyCase: boolean) {
    this.#find = anyCase ? findLiteral(literal) : literal.startsWith('"') && literal.length > 1 ? findQuoted(literal) : (text, from) => text.indexOf(literal, from)
  }

  /** Begins with another block. */
  reset(text: string): void {
    this.#text = text
    this.#from = Infinity
  }

  /** The first place from `from` on, or -1. May look far beyond a line: what it finds there answers for all lines before. */
  next(from: number): number {
    if (from >= this.#from && (from <= this.#at || this.#at === -1)) return this.#at
    this.#from = from
    return (this.#at = this.#find(this.#text, from))
  }
}

/** Quotes are everywhere in JSON: looking for what follows the first one takes a quarter of the time. */
function findQuoted(literal: string): FindLiteral {
  const rest = literal.slice(1)
  return (text, from) => {
    for (let at = text.indexOf(rest, from + 1); at !== -1; at = text.indexOf(rest, at + 1)) if (text.charCodeAt(at - 1) === 34) return at - 1
    return -1
  }
}
