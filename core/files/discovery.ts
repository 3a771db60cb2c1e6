// Notices new files: chokidar watches the directories, the sweep looks at their times of change, and now and then all are listed anyway.
// Files are not watched, and busy directories are not either: 20,000 appends a second would cost chokidar a core, the looks cost a hundredth.
import { dirname } from 'node:path'
import { watch, type FSWatcher } from 'chokidar'
import { consider } from './consider.ts'
import { listAll, listDirectory } from './list-matches.ts'
import { isRecent } from './is-recent.ts'
import type { Tail } from './tail.ts'

/** A burst of renames is listed once: long enough to gather it, too short to be noticed. */
const SETTLE_MS = 20
/**
 * Appends a second in a directory beyond which it is not watched: with every one chokidar is told of, it lists the directory and looks at
 * each file. New files there are found a sweep later.
 */
const BUSY_EVENTS = 200
const SECOND = 1000

export class Discovery {
  readonly #tail: Tail
  #watcher: FSWatcher | null = null
  #soon: NodeJS.Timeout | null = null
  #rescan: NodeJS.Timeout | null = null
  #stopped = false
  #failed = false
  #listing = Promise.resolve()
  /** Known directories and when they had last changed before they were listed. */
  readonly #dirs = new Map<string, bigint>()
  /** Appends in this second, by directory. */
  readonly #appends = new Map<string, number>()
  #second = 0
  /** Directories no longer watched. */
  readonly #busy = new Set<string>()

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
      if (!isWatched(details)) return
      if (event === 'rename') this.#dirty(details.watchedPath)
      else this.#appended(watcher, details.watchedPath)
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
        for (const dir of dirs) {
          const listing = await listDirectory(this.#tail, dir, (path) => !this.#dirs.has(path))
          this.#note(listing.dirs)
          await this.#considerAll(listing.paths)
        }
      })
    }, SETTLE_MS).unref()
  }

  listEverything(): Promise<void> {
    return this.#queue(async () => {
      const { paths, dirs } = await listAll(this.#tail)
      // What is not listed any more is waited for no longer.
      const listed = new Set(paths)
      for (const path of this.#tail.waiting) if (!listed.has(path)) this.#tail.waiting.delete(path)
      this.#dirs.clear()
      this.#note(dirs)
      await this.#considerAll(paths)
      // Base directories that came into being later are not watched yet; known ones cost nothing.
      if (!this.#stopped) this.#watcher?.add([...dirs.keys()].filter((dir) => !this.#busy.has(dir)))
    })
  }

  async stop(): Promise<void> {
    this.#stopped = true
    if (this.#soon !== null) clearTimeout(this.#soon)
    if (this.#rescan !== null) clearInterval(this.#rescan)
    await this.#watcher?.close()
    await this.#listing
  }

  /** Looks at the known directories: one that changed is listed. */
  async sweep(): Promise<void> {
    const { io, dirty } = this.#tail
    for (const [dir, changed] of this.#dirs) {
      const stats = await io.stat(dir).catch(() => null)
      if (stats === null) this.#dirs.delete(dir)
      else if (stats.mtimeNs !== changed) dirty.add(dir)
    }
    if (dirty.size > 0) this.listSoon()
  }

  #note(dirs: ReadonlyMap<string, bigint>): void {
    for (const [dir, changed] of dirs) this.#dirs.set(dir, isRecent(changed) ? -1n : changed)
  }

  #appended(watcher: FSWatcher, dir: string): void {
    const second = Math.floor(this.#tail.now() / SECOND)
    if (second !== this.#second) {
      this.#second = second
      this.#appends.clear()
    }
    const appends = (this.#appends.get(dir) ?? 0) + 1
    this.#appends.set(dir, appends)
    if (appends < BUSY_EVENTS || this.#busy.has(dir)) return
    this.#busy.add(dir)
    watcher.unwatch(dir)
  }

  #dirty(dir: string): void {
    this.#tail.dirty.add(dir)
    this.listSoon()
  }

  async #considerAll(paths: readonly string[]): Promise<void> {
    // Originals before their copies, whose names are longer: a copy is told by comparing it with its original.
    for (const path of [...paths].sort((a, b) => a.length - b.length)) {
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
