// Connects with the certificates of the options; files that changed since the last connection are read again.
import { readFileSync, statSync } from 'node:fs'
import { createSecureContext } from 'node:tls'
import { buildConnector } from 'undici'
import type { HttpTargetOptions } from './http-target-options.ts'

type TlsOptions = HttpTargetOptions['tls']

/** Throws where a file cannot be read, or is none. */
export function tlsConnector(options: TlsOptions, timeout: number): buildConnector.connector {
  const paths = { ca: options.ca, cert: options.cert, key: options.key }
  let seen = stampOf(paths)
  let connector = connectorFor(paths, options.verify, timeout)
  return (target, callback) => {
    try {
      const stamp = stampOf(paths)
      if (stamp !== seen) {
        connector = connectorFor(paths, options.verify, timeout)
        seen = stamp
      }
    } catch {
      // In the middle of being replaced: the certificates read before may still do, and the target says when not.
    }
    return connector(target, callback)
  }
}

type Paths = { readonly [name in 'ca' | 'cert' | 'key']: string | undefined }

function connectorFor(paths: Paths, verify: boolean, timeout: number): buildConnector.connector {
  const pem: { ca?: Buffer; cert?: Buffer; key?: Buffer } = {}
  for (const [name, path] of Object.entries(paths)) if (path !== undefined) pem[name as keyof Paths] = read(path, name)
  try {
    return buildConnector({ secureContext: createSecureContext(pem), rejectUnauthorized: verify, timeout })
  } catch (error) {
    throw new Error(`cannot use the certificates of tls: ${(error as Error).message}. Check that ${Object.values(paths).filter((path) => path !== undefined).join(', ')} are PEM files, and that the key fits the certificate.`, { cause: error })
  }
}

function read(path: string, name: string): Buffer {
  try {
    return readFileSync(path)
  } catch (error) {
    throw new Error(`cannot read tls.${name} from ${path}: ${(error as Error).message}. Check the path and who may read it.`, { cause: error })
  }
}

/** Changes with any of the files. */
function stampOf(paths: Paths): string {
  return Object.values(paths).map((path) => (path === undefined ? '' : statSync(path, { throwIfNoEntry: false })?.mtimeMs)).join(' ')
}
