import { ActionIcon, CopyButton as MantineCopyButton, Tooltip } from '@mantine/core'
import Check from 'lucide-react/icons/check'
import Copy from 'lucide-react/icons/copy'

/** Copies a text; says so, to screen readers too. */
export function CopyButton({ value, label = 'Copy' }: { readonly value: string; readonly label?: string }) {
  return (
    <MantineCopyButton value={value} timeout={2_000}>
      {({ copied, copy }) => (
        <Tooltip label={copied ? 'Copied' : label} position="top" withinPortal>
          <ActionIcon variant="subtle" color="gray" size="sm" onClick={copy} aria-label={copied ? 'Copied' : label}>
            {copied ? <Check size={14} aria-hidden="true" /> : <Copy size={14} aria-hidden="true" />}
          </ActionIcon>
        </Tooltip>
      )}
    </MantineCopyButton>
  )
}
