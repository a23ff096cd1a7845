import { Button } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useNavigate } from '@tanstack/react-router'
import { tablesOptions, type Table } from '../../api/catalogue.ts'
import { askJson } from '../../api/data-plane.ts'
import { queryClient } from '../../api/query-client.ts'
import { useDataPlane } from '../../api/use-data.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { formatQuantity } from '../../ui/format.ts'

/** Deletes a table by the data plane's own hand, once its name was typed. */
export function DeleteTable({ project, table }: { readonly project: string; readonly table: Table }) {
  const plane = useDataPlane(project)
  const navigate = useNavigate()
  const [opened, { open, close }] = useDisclosure(false)
  const name = `${table.bucket}.${table.name}`
  const remove = async (): Promise<void> => {
    const { bucket, name: title, id: tableId, sequence } = table
    await askJson(plane, 'table.delete', { bucket, table: title, tableId, sequence })
    await queryClient.invalidateQueries({ queryKey: tablesOptions(project).queryKey })
    await navigate({ to: '/p/$project/tables', params: { project } })
  }
  return (
    <>
      <Button variant="default" onClick={open}>
        Delete
      </Button>
      <Confirm
        opened={opened}
        onClose={close}
        title={`Delete ${name}?`}
        action="Delete the table"
        danger
        typed={name}
        onConfirm={remove}
      >
        {formatQuantity(table.rows, 'row')} are thrown away with their files, for good. The data plane signs that it was
        you, and the name is free again.
      </Confirm>
    </>
  )
}
