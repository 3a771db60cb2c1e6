// What an output throws to say what should become of the lines it was given.

/** Deliver the same lines again, not before `afterMs` where given. */
export class Retry extends Error {
  override readonly name = 'Retry'
  readonly afterMs: number | null
  constructor(reason: string, afterMs: number | null = null) {
    super(reason)
    this.afterMs = afterMs
  }
}

/** The target will never take these lines: they become dead letters with this reason, and the output goes on. */
export class Reject extends Error {
  override readonly name = 'Reject'
}

/** The target will not take so much at once: the lines come again in two halves; a line that is too large alone becomes a dead letter. */
export class TooLarge extends Error {
  override readonly name = 'TooLarge'
}
