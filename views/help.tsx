// The keys, in a dialog that `?` opens. It is there without JavaScript as well, and then stays closed.

/** What to press, and what it does. */
export type Shortcut = readonly [keys: string, what: string]

const EVERYWHERE: readonly Shortcut[] = [['g m', 'Metrics'], ['g l', 'Logs'], ['g p', 'Pipeline'], ['g c', 'Config'], ['t', 'Light, dark, or as the system has it'], ['?', 'These keys'], ['Esc', 'Close what is open']]

export function Help({ shortcuts }: { shortcuts: readonly Shortcut[] }) {
  return (
    <dialog id="help" class="dialog" aria-labelledby="help-title">
      <h2 id="help-title">Keys</h2>
      <dl class="keys">{[...shortcuts, ...EVERYWHERE].map(([keys, what]) => <div><dt>{keys.split(' ').map((key) => <kbd>{key}</kbd>)}</dt><dd>{what}</dd></div>)}</dl>
      <form method="dialog"><button class="tool">Close</button></form>
    </dialog>
  )
}
