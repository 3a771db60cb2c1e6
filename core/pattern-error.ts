// What is wrong with a regular expression, in words for a config.

/** Why a pattern is refused, and where in it (0 is its first character; null where the engine does not say). */
export class PatternError extends Error {
  override readonly name = 'PatternError'
  readonly reason: string
  readonly position: number | null
  readonly remedy: string
  constructor(reason: string, position: number | null, remedy: string) {
    super(`cannot use this pattern: ${reason}${position === null ? '' : ` at position ${position}`}. ${remedy}`)
    this.reason = reason
    this.position = position
    this.remedy = remedy
  }
}
