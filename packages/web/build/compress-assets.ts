import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import type { Plugin } from 'vite'

const compressible = /\.(js|css|html|svg|json|txt)$/
/** Below this a compressed answer saves no packet. */
const smallest = 1_000

/** Writes `.br` and `.gz` beside each text file of the bundle, so that the server compresses nothing. */
export function compressAssets(): Plugin {
  return {
    name: 'keyhold-compress-assets',
    apply: 'build',
    async writeBundle(options, bundle) {
      const { writeFile, readFile } = await import('node:fs/promises')
      const folder = options.dir ?? 'dist'
      const names = Object.keys(bundle).filter((name) => compressible.test(name))
      await Promise.all(
        names.map(async (name) => {
          // The page itself gets a nonce with each answer, so it cannot be compressed ahead.
          if (name.endsWith('.html')) return
          const bytes = await readFile(`${folder}/${name}`)
          if (bytes.length < smallest) return
          const [br, gz] = await Promise.all([
            promisify(brotliCompress)(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }),
            promisify(gzip)(bytes, { level: 9 }),
          ])
          await Promise.all([writeFile(`${folder}/${name}.br`, br), writeFile(`${folder}/${name}.gz`, gz)])
        }),
      )
    },
  }
}
