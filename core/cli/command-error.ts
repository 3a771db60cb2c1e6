// What a command could not do, for the person who typed it: told without a stack, exit code 2.

export class CommandError extends Error {
  override readonly name = 'CommandError'
}
