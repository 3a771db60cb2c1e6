// Why a plugin module could not be taken, with what to do about it.

export class PluginError extends Error {
  override readonly name = 'PluginError'
  readonly remedy: string
  /** True when there is no such module at all. */
  readonly missing: boolean
  constructor(message: string, remedy: string, { cause, missing = false }: { readonly cause?: unknown; readonly missing?: boolean } = {}) {
    super(message, { cause })
    this.remedy = remedy
    this.missing = missing
  }
}
