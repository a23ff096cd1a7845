/** A control node in a process of its own, for tests that kill it. Takes its options as JSON, says its port as JSON. */
import { startWorkNode, type WorkNodeOptions } from './work-node.ts'

const options = JSON.parse(process.argv[2] ?? '{}') as WorkNodeOptions
const node = await startWorkNode(options)
process.stdout.write(`${JSON.stringify({ port: node.port })}\n`)
// The test's end, however it comes, closes this pipe.
process.stdin.once('end', () => process.exit(0)).resume()
