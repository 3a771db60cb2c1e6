// The histogram of the page of logs: a span marked by dragging, or with shift and the arrow keys, goes into the address.
(() => {
  'use strict'
  /** A hand that clicks moves a little. */
  const DRAG_PX = 5
  const host = document.getElementById('histogram')
  if (!host) return
  let plot = null
  let bars = []
  /** Where marking began and where it is, by number of the bar; null while nothing is marked. */
  let start = null
  let end = null
  let pressedAt = 0
  let dragged = false

  const label = (iso) => iso.slice(0, 19).replace('T', ' ')
  const ordered = () => [Math.min(start, end), Math.max(start, end)]

  function show() {
    const [first, last] = start === null ? [1, 0] : ordered()
    bars.forEach((bar, i) => bar.classList.toggle('marked', i >= first && i <= last))
    const said = plot.querySelector('.brushed')
    said.hidden = start === null
    if (start !== null) said.textContent = `${label(bars[first].dataset.from)} – ${label(bars[last].dataset.to)}`
  }

  function clear() {
    start = end = null
    dragged = false
    show()
  }

  function search() {
    const [first, last] = ordered()
    const url = new URL(location.href)
    url.searchParams.set('from', bars[first].dataset.from)
    url.searchParams.set('to', bars[last].dataset.to)
    for (const name of ['before', 'open', 'charts']) url.searchParams.delete(name)
    url.hash = ''
    location.href = url
  }

  function barAt(x) {
    const { left, width } = plot.querySelector('.bars').getBoundingClientRect()
    const [from, to] = [Date.parse(plot.dataset.from), Date.parse(plot.dataset.to)]
    const time = from + ((x - left) / width) * (to - from)
    const found = bars.findIndex((bar) => time < Date.parse(bar.dataset.to))
    return found === -1 ? bars.length - 1 : found
  }

  function focus(i) {
    bars.forEach((bar, at) => bar.setAttribute('tabindex', at === i ? '0' : '-1'))
    bars[i].focus()
  }

  function press(event) {
    if (event.button !== 0 || !event.target.closest('.bars')) return
    pressedAt = event.clientX
    start = end = barAt(event.clientX)
    dragged = false
    addEventListener('pointermove', move)
    addEventListener('pointerup', release)
    addEventListener('pointercancel', cancel)
  }

  function move(event) {
    if (!dragged && Math.abs(event.clientX - pressedAt) < DRAG_PX) return
    dragged = true
    end = barAt(event.clientX)
    show()
  }

  function stop() {
    removeEventListener('pointermove', move)
    removeEventListener('pointerup', release)
    removeEventListener('pointercancel', cancel)
  }

  function release() {
    stop()
    if (dragged) search()
    else start = end = null
  }

  function cancel() {
    stop()
    clear()
  }

  function key(event) {
    const at = bars.indexOf(event.target.closest?.('.column'))
    if (at === -1) return
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: bars.length - 1 }[event.key]
    if (to !== undefined) {
      event.preventDefault()
      const next = Math.max(0, Math.min(bars.length - 1, to))
      if (event.shiftKey) {
        start ??= at
        end = next
      } else start = end = null
      show()
      focus(next)
    } else if (event.key === 'Enter' && start !== null) {
      event.preventDefault()
      search()
    } else if (event.key === 'Escape' && start !== null) {
      event.preventDefault()
      stop()
      clear()
    }
  }

  // Come back to, the page is as it was left: in the middle of a drag.
  addEventListener('pageshow', (event) => {
    if (event.persisted && plot) clear()
  })
  host.addEventListener('sawlog:part', () => {
    plot = host.querySelector('.histogram-plot')
    if (!plot) return
    bars = [...plot.querySelectorAll('.column')]
    start = end = null
    plot.addEventListener('pointerdown', press)
    plot.addEventListener('keydown', key)
    // Links are dragged by themselves, and followed where a drag ends.
    plot.addEventListener('dragstart', (event) => event.preventDefault())
    plot.addEventListener('click', (event) => {
      if (dragged) event.preventDefault()
    })
  })
})()
