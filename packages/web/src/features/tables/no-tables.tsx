import { Code, Stack } from '@mantine/core'
import Table2 from 'lucide-react/icons/table-2'
import { Empty } from '../../ui/empty.tsx'
import { SampleLinks } from '../samples/sample-links.tsx'
import { BringFiles } from './bring-files.tsx'

/** What a project without tables says to do. */
export function NoTables({ project }: { readonly project: string }) {
  return (
    <Empty
      icon={<Table2 size={22} />}
      title="No tables yet"
      about={
        <>
          Drop a file anywhere on this page: it is sealed before a byte leaves your machine. In a shell:{' '}
          <Code>npx keyhold upload FILE bucket.table</Code>
        </>
      }
      action={
        <Stack gap={0} align="center">
          <BringFiles project={project} />
          <SampleLinks project={project} />
        </Stack>
      }
    />
  )
}
