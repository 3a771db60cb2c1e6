// Keys of the page of the pipeline. Everything they do can be done with links as well.
(() => {
  'use strict'
  const boxes = () => [...document.querySelectorAll('.boxes a.box')]

  function move(by) {
    const all = boxes()
    const at = all.indexOf(document.activeElement)
    const selected = all.findIndex((box) => box.hasAttribute('aria-current'))
    const from = at === -1 ? selected : at
    const next = all[from === -1 ? (by > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, from + by))]
    next?.focus()
  }

  window.sawlog.onKeys({
    j: () => move(1),
    k: () => move(-1),
    x: () => {
      const close = document.getElementById('node-close')
      if (!close) return false
      location.href = close.href
      return true
    },
  })
})()
