// Turns a failed write into the `Retry` an output throws: what could not be done, why, and the remedy.
import { Retry } from '../delivery-errors.ts'
import { errorCode } from './error-code.ts'

const CAUSES: Readonly<Record<string, readonly [cause: string, remedy: string]>> = {
  EACCES: ['permission denied', 'Give the user Sawlog runs as the right to write there.'],
  EPERM: ['operation not permitted', 'Check the owner and the attributes (lsattr) of the file.'],
  EROFS: ['the file system is read-only', 'Mount it writable, or choose another path.'],
  ENOSPC: ['no space left on the device', 'Free space there; nothing is lost meanwhile, the journal keeps the records.'],
  EDQUOT: ['the disk quota is used up', 'Raise the quota or free space; nothing is lost meanwhile.'],
  EFBIG: ['the file has reached the size the system allows', 'Rotate it, or raise the limit (ulimit -f).'],
  EISDIR: ['it is a directory', 'Name a file.'],
  ENOTDIR: ['a part of the path is a file, not a directory', 'Choose another path.'],
  EEXIST: ['a part of the path is a file, not a directory', 'Choose another path.'],
  ELOOP: ['its symbolic links go in a circle', 'Mend the links.'],
  ENAMETOOLONG: ['the name is too long', 'Choose a shorter path.'],
  EMFILE: ['too many files are open', 'Raise the limit (ulimit -n).'],
  EIO: ['the device reports an error', 'Check the disk (dmesg) before trusting it further.'],
}

/** A `Retry` passes through, so that this may stand around everything a delivery does. */
export function writeTrouble(path: string, error: unknown): Retry {
  if (error instanceof Retry) return error
  const known = CAUSES[errorCode(error)]
  if (known === undefined) return new Retry(`cannot write ${path}: ${error instanceof Error ? error.message : String(error)}. Check the path and its disk.`)
  return new Retry(`cannot write ${path}: ${known[0]}. ${known[1]}`)
}
