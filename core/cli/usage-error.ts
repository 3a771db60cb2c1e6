// Arguments a command cannot use: told with its usage, exit code 2.

export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** Whether `error` is about arguments: ours, or what node:util's parseArgs throws. */
export function isUsageError(error: unknown): error is Error {
  return error instanceof UsageError || (error instanceof TypeError && String((error as { code?: unknown }).code).startsWith('ERR_PARSE_ARGS'))
}
