import { Text } from '@mantine/core'
import { useExchanges, type Exchange, type Passed } from '../../api/exchanges.ts'
import { formatDuration } from '../../ui/format.ts'
import { Time } from '../../ui/figures.tsx'
import { Panel } from '../../ui/panel.tsx'
import classes from './exchanges-panel.module.css'
import { HexTexture } from './hex-texture.tsx'
import { Envelope } from './sealed-bytes.tsx'

const shown = 4

/** What passed the control plane between this page and the data plane, last first. */
export function ExchangesPanel() {
  const exchanges = useExchanges()
  return (
    <Panel title="What passed on the way to your data plane">
      {exchanges.length === 0 ? (
        <Text c="dimmed">This page has asked the data plane nothing yet. What it asks passes here as ciphertext.</Text>
      ) : (
        <ol className={classes.list}>
          {exchanges.slice(0, shown).map((exchange) => (
            <ExchangeView key={exchange.id} exchange={exchange} />
          ))}
        </ol>
      )}
    </Panel>
  )
}

function ExchangeView({ exchange }: { readonly exchange: Exchange }) {
  const { time, milliseconds, sent, received } = exchange
  return (
    <li className={classes.exchange}>
      <p className={classes.when}>
        <Time value={new Date(time).toISOString()} />
        {milliseconds !== null && <>, answered in {formatDuration(milliseconds / 1000)}</>}
      </p>
      <div className={classes.pair}>
        <Side title="A question" passed={sent} />
        {received !== null && <Side title="Its answer" passed={received} />}
      </div>
    </li>
  )
}

function Side({ title, passed }: { readonly title: string; readonly passed: Passed }) {
  return (
    <div>
      <p className={classes.side}>{title}</p>
      <HexTexture bytes={passed.bytes} length={passed.length - passed.header.length} protection="sealed" lines={6} />
      {passed.header !== '' && <Envelope header={passed.header} />}
    </div>
  )
}
