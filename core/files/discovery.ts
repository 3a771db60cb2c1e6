// Notices new files: chokidar watches the directories, and all of them are listed again now and then in case it missed something.
// It does not watch files: 20,000 appends a second would cost it a core, where the sweep's looks cost a hundredth.
import { dirname } from 'node:path'
import { watch, type FSWatcher } from 'chokidar'
import { consider } from './consider.ts'
import { listAll, listDirectory } from './list-matches.ts'
import type { Tail } from './tail.ts'

/** A burst of renames is listed once: long enough to gather it, too short to be noticed. */
const SETTLE_MS = 20

export class Discovery {
  readonly #tail: Tail
  #watcher: FSWatcher | null = null
  #soon: NodeJS.Timeout | null = null
  #rescan: NodeJS.Timeout | null = null
  #stopped = false
  #failed = false
  #listing = Promise.resolve()

  constructor(tail: Tail) {
    this.#tail = tail
  }

  /** Resolves once every directory is watched, after which nothing new goes unnoticed. */
  async start(): Promise<void> {
    const { globs, options } = this.#tail
    const watcher = watch([...globs.bases], {
      ignoreInitial: false,
      ignorePermissionErrors: true,
      atomic: false,
      ignored: (path, stats) => (stats !== undefined && !stats.isDirectory()) || !globs.mayContain(path),
    })
    this.#watcher = watcher
    watcher.on('addDir', (path) => this.#dirty(path))
    watcher.on('unlinkDir', (path) => this.#dirty(dirname(path)))
    watcher.on('raw', (event: string, _path: string, details: unknown) => {
      // `change` is an append, and the sweep's business.
      if (event === 'rename' && isWatched(details)) this.#dirty(details.watchedPath)
    })
    watcher.on('error', (error) => this.#watchFailed(error))
    this.#rescan = setInterval(() => void this.listEverything(), options.rescanMs).unref()
    await new Promise<void>((resolve) => {
      watcher.once('ready', resolve)
    })
  }

  /** Lists the directories that the bookkeeping wants to see again. */
  listSoon(): void {
    if (this.#soon !== null || this.#stopped) return
    this.#soon = setTimeout(() => {
      this.#soon = null
      const dirs = [...this.#tail.dirty]
      this.#tail.dirty.clear()
      this.#queue(async () => {
        for (const dir of dirs) await this.#considerAll((await listDirectory(this.#tail, dir)).paths)
      })
    }, SETTLE_MS).unref()
  }

  listEverything(): Promise<void> {
    return this.#queue(async () => {
      const { paths, dirs } = await listAll(this.#tail)
      // What is not listed any more is waited for no longer.
      const listed = new Set(paths)
      for (const path of this.#tail.waiting) if (!listed.has(path)) this.#tail.waiting.delete(path)
      await this.#considerAll(paths)
      // Base directories that came into being later are not watched yet; known ones cost nothing.
      if (!this.#stopped) this.#watcher?.add(dirs)
    })
  }

  async stop(): Promise<void> {
    this.#stopped = true
    if (this.#soon !== null) clearTimeout(this.#soon)
    if (this.#rescan !== null) clearInterval(this.#rescan)
    await this.#watcher?.close()
    await this.#listing
  }

  #dirty(dir: string): void {
    this.#tail.dirty.add(dir)
    this.listSoon()
  }

  async #considerAll(paths: readonly string[]): Promise<void> {
    for (const path of paths) {
      if (this.#stopped) return
      const known = this.#tail.byPath.get(path)
      if (known !== undefined && known.path === path) continue
      await this.#tail.exclusive(() => consider(this.#tail, path))
    }
  }

  #queue(step: () => Promise<void>): Promise<void> {
    this.#listing = this.#listing.then(() => (this.#stopped ? undefined : step())).catch((error: unknown) => {
      this.#tail.obstacles.failing([...this.#tail.globs.bases].join(', '), error)
    })
    return this.#listing
  }

  #watchFailed(error: unknown): void {
    if (this.#failed || this.#stopped) return
    this.#failed = true
    const { host, options } = this.#tail
    host.problem('warn', `cannot watch the directories of ${host.name}: ${error instanceof Error ? error.message : String(error)}.`,
      `Raise fs.inotify.max_user_watches (or max_user_instances); until then new files are found every ${options.rescanMs} ms.`)
  }
}

const isWatched = (details: unknown): details is { watchedPath: string } =>
  typeof details === 'object' && details !== null && 'watchedPath' in details && typeof details.watchedPath === 'string'
