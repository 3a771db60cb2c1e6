// What stands in for an image where there is no Docker: the checkout as it is built, or what the steps of the Dockerfile make in a clean folder.
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readdirSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { ROOT } from '../project/source-files.ts'
import { unprivileged } from '../e2e/unprivileged.ts'
import { imageStage, stages } from './deploy-files.ts'
import { type Instruction, pairsOf, settingOf, type Stage } from './read-dockerfile.ts'

export interface Image {
  /** What /opt/sawlog is. */
  readonly app: string
  /** Owner of the folders that services write to. */
  readonly uid: number
  readonly gid: number
  /** Put before `node`, so that it runs as that user. */
  readonly as: readonly string[]
}

/** Folders of the image that the Dockerfile makes or fills; everything else in it is the base image's. */
const OURS = /(?<![\w.])\/(?=(?:src|opt\/sawlog|var\/lib\/sawlog|usr\/local\/bin)\b)/g

/** The checkout, run as an ordinary owner of its files: another user might not be let into it. */
export function checkout(): Image {
  return { app: ROOT, uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0, as: unprivileged.command.slice(0, -1) }
}

/** Runs every COPY and RUN of the Dockerfile in order, each stage in a folder under `folder`. Root then runs services as the USER of the image; anybody else as themselves. */
export function buildImage(folder: string, say: (text: string) => void): Image {
  const root = process.getuid?.() === 0
  const [uid, gid] = root ? (settingOf(imageStage, 'USER')[0] ?? '').split(':').map(Number) : [process.getuid?.(), process.getgid?.()]
  if (uid === undefined || gid === undefined || !(uid > 0)) throw new Error('cannot run the image: its USER is not UID:GID of somebody else than root')
  for (const stage of stages) buildStage(stage, folder, { uid, gid }, say)
  return { app: join(folder, stageFolder(imageStage), 'opt/sawlog'), uid, gid, as: root ? ['setpriv', `--reuid=${uid}`, `--regid=${gid}`, '--clear-groups'] : [] }
}

function stageFolder({ name }: Stage): string {
  return name === '' ? 'image' : name
}

function buildStage(stage: Stage, folder: string, owner: { uid: number; gid: number }, say: (text: string) => void): void {
  const root = join(folder, stageFolder(stage))
  mkdirSync(join(root, 'usr/local/bin'), { recursive: true })
  mkdirSync(join(root, 'opt'))
  let directory = root
  for (const instruction of stage.instructions) {
    const { keyword, args } = instruction
    if (keyword === 'WORKDIR') {
      directory = join(root, args[0] ?? '')
      mkdirSync(directory, { recursive: true })
    } else if (keyword === 'COPY') copy(instruction, directory, root, folder)
    else if (keyword === 'RUN') run(instruction.text, { directory, root, env: pairsOf(stage, 'ENV'), owner, say })
  }
}

function copy({ args, flags }: Instruction, directory: string, root: string, folder: string): void {
  const from = flags['from'] === undefined ? ROOT : join(folder, flags['from'])
  const sources = args.slice(0, -1)
  const given = args.at(-1) ?? ''
  const target = given.startsWith('/') ? join(root, given) : join(directory, given)
  for (const source of sources) {
    const path = join(from, source)
    // A folder's content goes into the target, a file under its own name if the target is a folder.
    const into = statSync(path).isDirectory() || !given.endsWith('/') ? target : join(target, basename(source))
    mkdirSync(dirname(into), { recursive: true })
    cpSync(path, into, { recursive: true, verbatimSymlinks: true })
  }
}

function run(text: string, { directory, root, env, owner, say }: { directory: string; root: string; env: Record<string, string>; owner: { uid: number; gid: number }; say: (text: string) => void }): void {
  if (text.startsWith('apt-get ')) {
    say(`not run, the machine has to have it: ${text}`)
    return
  }
  const command = text.replaceAll(OURS, `${root}/`).replaceAll('-o 1000 -g 1000', `-o ${owner.uid} -g ${owner.gid}`)
  const began = Date.now()
  execFileSync('sh', ['-ec', command], { cwd: directory, env: { ...cleanEnvironment(), ...ownHeaders(env) }, stdio: ['ignore', 'ignore', 'pipe'] })
  say(`${((Date.now() - began) / 1000).toFixed(1)} s: ${text}`)
}

/** Headers of the Node that runs here, where it brought them, instead of those of the base image. */
function ownHeaders({ npm_config_nodedir: headers, ...env }: Record<string, string>): Record<string, string> {
  const prefix = dirname(dirname(process.execPath))
  return headers !== undefined && existsSync(join(prefix, 'include/node/node.h')) ? { ...env, npm_config_nodedir: prefix } : env
}

/** Without what npm and the test runner have set for their own scripts. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(?:npm_(?:package|lifecycle|command|execpath|node_execpath)|VITEST|NODE_|TEST$|INIT_CWD)/.test(name)))
}

/** Paths of the files under a folder, from the folder. */
export function filesUnder(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
}
