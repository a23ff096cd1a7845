import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { compiledChecks } from './build/compile-checks.ts'
import { compressAssets } from './build/compress-assets.ts'
import { slimRoutes } from './build/slim-routes.ts'

// Vite demands a default export.
export default defineConfig({
  plugins: [slimRoutes(), compiledChecks(), react(), compressAssets()],
  // The server puts a fresh nonce here with each answer.
  html: { cspNonce: '__CSP_NONCE__' },
  build: {
    target: 'es2024',
    manifest: true,
    // Inlined files would be data: addresses, which the content security policy refuses for fonts.
    assetsInlineLimit: 0,
    reportCompressedSize: false,
  },
  worker: { format: 'es', plugins: () => [slimRoutes(), compiledChecks()] },
})
