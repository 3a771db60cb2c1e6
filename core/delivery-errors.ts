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

/** The target will never take these lines: count them as refused, keep the reason, go on. */
export class Reject extends Error {
  override readonly name = 'Reject'
}
