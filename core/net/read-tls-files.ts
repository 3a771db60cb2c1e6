// The contents of the PEM files that a `tls` option names.
import { readFile } from 'node:fs/promises'

export interface TlsFiles {
  readonly ca?: Buffer
  readonly cert?: Buffer
  readonly key?: Buffer
}

/** Read anew for each use, so that a certificate may be exchanged while Sawlog runs. Rejects with the name of the option and the file. */
export async function readTlsFiles(paths: { readonly ca?: string | undefined; readonly cert?: string | undefined; readonly key?: string | undefined }): Promise<TlsFiles> {
  const files: { -readonly [K in keyof TlsFiles]: TlsFiles[K] } = {}
  for (const name of ['ca', 'cert', 'key'] as const) {
    const path = paths[name]
    if (path === undefined) continue
    try {
      files[name] = await readFile(path)
    } catch (error) {
      throw new Error(`cannot read tls.${name}: ${(error as Error).message}`, { cause: error })
    }
  }
  return files
}
