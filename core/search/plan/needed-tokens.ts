// Which tokens a block must hold for a record in it to pass a test: what the token filters are asked for. When in doubt, none.
import { tokensOf } from '../../tokens.ts'
import type { NameTest, ValueQuery, ValueTest } from '../query.ts'
import { tokenCharAt, tokenCharBefore } from '../token-edge.ts'
import { regexLiterals } from './regex-literals.ts'

export interface TokenNeed {
  /** All of these, whatever the numbers in the block look like. */
  readonly all: readonly string[]
  /** And all of one of these lists - but only where the block's numbers are written in canonical form. Empty: no such need. */
  readonly oneOf: ReadonlyArray<readonly string[]>
}

const NOTHING: TokenNeed = { all: [], oneOf: [] }

/** Text that may be a part of a number, which is compared as it reads and not as it was written. With two dots it cannot be. */
const IN_NUMBER = /^[\d.eE+-]*$/

/** The same for every segment that is asked. */
const known = new WeakMap<ValueQuery, TokenNeed>()

export function neededTokens(query: ValueQuery): TokenNeed {
  let need = known.get(query)
  if (need === undefined) known.set(query, (need = findNeed(query)))
  return need
}

function findNeed({ field, test }: ValueQuery): TokenNeed {
  const value = valueTokens(test)
  if (field === null) return value
  // A record without an error is found by `error:null`.
  if (field === 'error') return test.kind === 'word' && test.text === 'null' ? NOTHING : { all: [...value.all, 'error'], oneOf: value.oneOf }
  // Values first: where none is left, the names need not be asked for.
  return { all: [...value.all, ...keyTokens(field)], oneOf: value.oneOf }
}

/** For `host:`; sources and tags are counted by name. */
export function neededNameTokens(test: NameTest): TokenNeed {
  if (test.kind === 'equals') return wellFormed(test.text) ? { all: tokensOf(test.text), oneOf: [] } : NOTHING
  return test.kind === 'wildcard' ? { all: pieceTokens(test.pieces), oneOf: [] } : NOTHING
}

/** The name may be cut into keys at any dot, and a part that is a number may be a place in an array. */
function keyTokens(field: string): string[] {
  if (field === 'body' || field === 'fields' || !wellFormed(field)) return []
  return field.replace(/^(?:body|fields)\./, '').split('.').flatMap((part) => (/^\d+$/.test(part) ? [] : tokensOf(part)))
}

function valueTokens(test: ValueTest): TokenNeed {
  switch (test.kind) {
    case 'word': {
      if (!wellFormed(test.text)) return NOTHING
      const written = tokensOf(test.text)
      if (test.number === null) return { all: written, oneOf: [] }
      const canonical = String(test.number)
      return { all: [], oneOf: canonical === test.text ? [written] : [written, tokensOf(canonical)] }
    }
    case 'phrase': return { all: phraseTokens(test.text), oneOf: [] }
    case 'regex': return { all: regexLiterals(test.source, test.flags).flatMap(phraseTokens), oneOf: [] }
    case 'wildcard': return mayBeNumber(test.pieces) ? NOTHING : { all: pieceTokens(test.pieces), oneOf: [] }
    case 'equals':
    case 'range':
    case 'exists': return NOTHING
  }
}

/** The first and the last token of a phrase may be parts of longer ones. */
function phraseTokens(text: string): string[] {
  return mayBeNumber([text]) ? [] : innerTokens(text, false, false)
}

function pieceTokens(pieces: readonly string[]): string[] {
  return pieces.flatMap((piece, i) => innerTokens(piece, i === 0, i === pieces.length - 1))
}

/** Tokens that end inside `text`, or at an end of it where a token is known to end. */
function innerTokens(text: string, wholeStart: boolean, wholeEnd: boolean): string[] {
  if (!wellFormed(text)) return []
  const tokens = tokensOf(text)
  if (!wholeEnd && tokenCharBefore(text, text.length)) tokens.pop()
  if (!wholeStart && tokenCharAt(text, 0)) tokens.shift()
  return tokens
}

function mayBeNumber(pieces: readonly string[]): boolean {
  return pieces.every((piece) => IN_NUMBER.test(piece)) && pieces.join('').split('.').length <= 2
}

/** Half a character may be the end of a letter, which would join what seems to be apart. */
function wellFormed(text: string): boolean {
  return !/[\ud800-\udfff]/u.test(text)
}
