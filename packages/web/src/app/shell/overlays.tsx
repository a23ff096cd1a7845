import { Drawer } from '@mantine/core'
import { Palette } from './palette.tsx'
import { ShortcutsDialog } from './shortcuts-dialog.tsx'
import { Sidebar } from './sidebar.tsx'

type Overlay = { readonly opened: boolean; readonly close: () => void }

type Props = { readonly menu: Overlay; readonly palette: Overlay; readonly shortcuts: Overlay & { open: () => void } }

/** What opens over every page of a project; its code is loaded with the first of them. */
export function Overlays({ menu, palette, shortcuts }: Props) {
  return (
    <>
      <Drawer opened={menu.opened} onClose={menu.close} size={260} padding={0} withCloseButton={false} title="Menu">
        <Sidebar onNavigate={menu.close} />
      </Drawer>
      <Palette opened={palette.opened} onClose={palette.close} onShortcuts={shortcuts.open} />
      <ShortcutsDialog opened={shortcuts.opened} onClose={shortcuts.close} />
    </>
  )
}
