import { localStorageColorSchemeManager, MantineProvider } from '@mantine/core'
import '@mantine/core/styles.layer.css'
import { setNonce } from 'get-nonce'
import type { ReactNode } from 'react'
import './fonts.css'
import './global.css'
import { readNonce } from './nonce.ts'
import { resolveVariables, theme } from './theme.ts'

// Modals lock the page's scrolling with a style element of their own.
setNonce(readNonce())

const colorSchemes = localStorageColorSchemeManager({ key: 'keyhold-color-scheme' })

/** Theme, fonts and styles for everything below. */
export function Design({ children }: { children: ReactNode }) {
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={resolveVariables}
      colorSchemeManager={colorSchemes}
      defaultColorScheme="auto"
      getStyleNonce={readNonce}
    >
      {children}
    </MantineProvider>
  )
}
