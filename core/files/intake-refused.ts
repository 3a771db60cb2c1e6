// The intake did not take what was handed to it: not the file's fault, so it is tried again without a word.
export class IntakeRefused extends Error {
  override readonly name = 'IntakeRefused'

  constructor(cause: unknown) {
    super('the intake refused the lines', { cause })
  }
}
