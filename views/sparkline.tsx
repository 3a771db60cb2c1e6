// A small curve without axes: whether it rises, falls or has stopped. The number beside it says how much.

const WIDTH = 120
const HEIGHT = 24

export function Sparkline({ values }: { values: readonly number[] }) {
  const top = Math.max(0, ...values)
  if (top === 0) return <svg class="spark" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true"><path class="spark-line" d={`M0 ${HEIGHT - 1}H${WIDTH}`} vector-effect="non-scaling-stroke" /></svg>
  const step = WIDTH / Math.max(1, values.length - 1)
  // Whole units are finer than a pixel here, and half as long.
  const line = values.map((value, i) => `${Math.round(i * step)} ${Math.round(HEIGHT - 1 - (value / top) * (HEIGHT - 3))}`).join('L')
  return (
    <svg class="spark" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
      <path class="spark-area" d={`M0 ${HEIGHT}L${line}L${WIDTH} ${HEIGHT}z`} /><path class="spark-line" d={`M${line}`} vector-effect="non-scaling-stroke" />
    </svg>
  )
}
