import { Anchor } from '@mantine/core'
import type { Tile } from '@keyhold/contract'
import { Fragment, useEffect, useMemo, useRef, useState, type ReactNode, type RefObject } from 'react'
import { parseMarkdown, type Block, type Inline } from './markdown.ts'
import classes from './text-tile.module.css'

/** Words between the charts. */
export function TextTile({ tile }: { readonly tile: Extract<Tile, { kind: 'text' }> }) {
  const blocks = useMemo(() => parseMarkdown(tile.text), [tile.text])
  const [place, words, scrolls] = useScrolls()
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- without focus the keyboard cannot scroll it
    <div
      ref={place}
      className={classes.text}
      {...(scrolls ? { tabIndex: 0, role: 'group', 'aria-label': 'Words' } : {})}
    >
      <div ref={words} className={classes.words}>
        {blocks.map((block, index) => renderBlock(block, index))}
      </div>
    </div>
  )
}

type Box = RefObject<HTMLDivElement | null>

/** A box, the words in it, and whether they are more than it shows. They can grow within it, as when their font comes. */
function useScrolls(): readonly [Box, Box, boolean] {
  const place = useRef<HTMLDivElement>(null)
  const words = useRef<HTMLDivElement>(null)
  const [scrolls, setScrolls] = useState(false)
  useEffect(() => {
    const [outer, inner] = [place.current, words.current]
    if (outer === null || inner === null) return
    const watcher = new ResizeObserver(() => setScrolls(outer.scrollHeight > outer.clientHeight + 1))
    watcher.observe(outer)
    watcher.observe(inner)
    return () => watcher.disconnect()
  }, [])
  return [place, words, scrolls]
}

function renderBlock(block: Block, key: number): ReactNode {
  if (block.kind === 'rule') return <hr key={key} />
  if (block.kind === 'list') {
    const items = block.items.map((parts, index) => <li key={index}>{renderInline(parts)}</li>)
    return block.ordered ? <ol key={key}>{items}</ol> : <ul key={key}>{items}</ul>
  }
  if (block.kind === 'heading') {
    // The page has the first level for itself.
    const Heading = block.level === 3 ? 'h3' : 'h2'
    return <Heading key={key}>{renderInline(block.parts)}</Heading>
  }
  const Words = block.kind === 'quote' ? 'blockquote' : 'p'
  return <Words key={key}>{renderInline(block.parts)}</Words>
}

function renderInline(parts: readonly Inline[]): ReactNode {
  return parts.map((part, index) => <Fragment key={index}>{renderPart(part)}</Fragment>)
}

function renderPart(part: Inline): ReactNode {
  if (part.kind === 'link') {
    return (
      <Anchor href={part.href} target="_blank" rel="noopener noreferrer" inherit underline="always">
        {renderInline(part.parts)}
      </Anchor>
    )
  }
  if ('text' in part) return part.kind === 'code' ? <code>{part.text}</code> : part.text
  const Mark = part.kind === 'strong' ? 'strong' : 'em'
  return <Mark>{renderInline(part.parts)}</Mark>
}
