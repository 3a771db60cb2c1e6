// The command that runs Node as somebody for whom file permissions count; root is above them.
import { execFileSync } from 'node:child_process'

export interface Unprivileged {
  /** Give it to `startSawlog` as `command`. */
  readonly command: readonly string[]
  /** Why it cannot be done here, for the name of a skipped suite; empty when it can. */
  readonly missing: string
}

/** Without these two capabilities root is an ordinary owner of its files. Another user might not even be let into the checkout. */
const DROP = '--bounding-set=-dac_override,-dac_read_search'

export const unprivileged: Unprivileged = find()

function find(): Unprivileged {
  if (process.getuid?.() !== 0) return { command: [process.execPath], missing: '' }
  try {
    execFileSync('setpriv', [DROP, 'true'], { stdio: 'pipe' })
    return { command: ['setpriv', DROP, process.execPath], missing: '' }
  } catch (error) {
    const reason = `root cannot give up its rights here: ${error instanceof Error ? error.message.trim().split('\n').at(-1) : String(error)}`
    if (process.env['CI'] === 'true') throw new Error(`${reason}. With CI=true nothing is skipped.`, { cause: error })
    return { command: [process.execPath], missing: ` (skipped: ${reason})` }
  }
}
