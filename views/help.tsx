// The keys, in a dialog that `?` opens. It is there without JavaScript as well, and then stays closed.
import { Icon } from './icon.tsx'

/** What to press, and what it does. */
export type Shortcut = readonly [keys: string, what: string]

const EVERYWHERE: readonly Shortcut[] = [['g m', 'Metrics'], ['g l', 'Logs'], ['g p', 'Pipeline'], ['g c', 'Config'], ['t', 'Light, dark, or as the system has it'], ['?', 'These keys'], ['Esc', 'Close what is open']]

export function Help({ shortcuts }: { shortcuts: readonly Shortcut[] }) {
  return (
    <dialog id="help" class="dialog" aria-labelledby="help-title">
      <form method="dialog" class="dialog-head">
        <h2 id="help-title">Keys</h2>
        <button class="tool" aria-label="Close"><Icon name="close" /></button>
      </form>
      <div class={shortcuts.length === 0 ? 'key-groups' : 'key-groups two'}>
        {shortcuts.length === 0 ? null : <Keys title="On this page" shortcuts={shortcuts} />}
        <Keys title="Everywhere" shortcuts={EVERYWHERE} />
      </div>
    </dialog>
  )
}

function Keys({ title, shortcuts }: { title: string; shortcuts: readonly Shortcut[] }) {
  return (
    <section>
      <h3>{title}</h3>
      <dl class="keys">{shortcuts.map(([keys, what]) => <div><dt>{keys.split(' ').map((key) => <kbd>{key}</kbd>)}</dt><dd>{what}</dd></div>)}</dl>
    </section>
  )
}
