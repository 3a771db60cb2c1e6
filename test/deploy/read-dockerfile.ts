// A Dockerfile as stages and instructions, as far as ours goes: no heredocs, no ONBUILD, no variables in FROM.

export interface Instruction {
  readonly keyword: string
  /** `--from=build` as `from: build`. */
  readonly flags: Readonly<Record<string, string>>
  /** The words, or the elements of the JSON form. */
  readonly args: readonly string[]
  /** Everything behind keyword and flags, on one line. */
  readonly text: string
}

export interface Stage {
  readonly base: string
  readonly name: string
  readonly instructions: readonly Instruction[]
}

export function readDockerfile(text: string): Stage[] {
  const stages: Array<Stage & { instructions: Instruction[] }> = []
  const lines = text.split('\n').filter((line) => line.trim() !== '' && !line.trimStart().startsWith('#'))
  for (const line of lines.join('\n').replaceAll(/\\\n\s*/g, ' ').split('\n')) {
    const instruction = readInstruction(line.trim())
    if (instruction.keyword === 'FROM') {
      const [base = '', , name = ''] = instruction.args
      stages.push({ base, name, instructions: [] })
    } else {
      const stage = stages.at(-1)
      if (stage === undefined) throw new Error(`cannot read the Dockerfile: "${line}" stands before the first FROM`)
      stage.instructions.push(instruction)
    }
  }
  return stages
}

/** All instructions of a kind in a stage. */
export function instructionsOf(stage: Stage, keyword: string): Instruction[] {
  return stage.instructions.filter((one) => one.keyword === keyword)
}

/** The arguments of the last instruction of a kind: it is the one that counts. */
export function settingOf(stage: Stage, keyword: string): readonly string[] {
  return instructionsOf(stage, keyword).at(-1)?.args ?? []
}

/** NAME=value pairs of ENV or LABEL. */
export function pairsOf(stage: Stage, keyword: string): Record<string, string> {
  const text = instructionsOf(stage, keyword).map((one) => one.text).join(' ')
  return Object.fromEntries([...text.matchAll(/([\w.]+)=(?:"([^"]*)"|(\S+))/g)].map(([, name = '', quoted, bare]) => [name, quoted ?? bare ?? '']))
}

function readInstruction(line: string): Instruction {
  const [, keyword = '', rest = ''] = /^([A-Z]+)\s+(.*)$/.exec(line) ?? []
  if (keyword === '') throw new Error(`cannot read the Dockerfile: "${line}" is no instruction`)
  const flags: Record<string, string> = {}
  const text = rest.replaceAll(/(?<=^|^(?:--\S+\s+)+)--([a-z-]+)=(\S+)\s+/g, (_match, name: string, value: string) => {
    flags[name] = value
    return ''
  })
  // HEALTHCHECK has its command behind a keyword of its own.
  const command = keyword === 'HEALTHCHECK' ? text.replace(/^CMD\s+/, '') : text
  const args = command.startsWith('[') ? (JSON.parse(command) as string[]) : command.split(/\s+/)
  return { keyword, flags, args, text: command }
}
