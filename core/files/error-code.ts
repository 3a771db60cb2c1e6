// The `code` of a system error (`ENOENT`), or an empty string.
export function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
}
