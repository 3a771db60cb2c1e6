// What a command says beside its output: on stderr, so that pipes get records alone.

export function notice(text: string): void {
  process.stderr.write(`[sawlog] ${text}\n`)
}
