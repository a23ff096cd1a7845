import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app/app.tsx'
import { installTrustedTypes } from './ui/trusted-types.ts'

installTrustedTypes()
const element = document.getElementById('root')
if (element === null) throw new Error('index.html has no element with the id "root"')
createRoot(element).render(
  <StrictMode>
    <App />
  </StrictMode>,
)
