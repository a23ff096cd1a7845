import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import FileUp from 'lucide-react/icons/file-up'
import { useMay } from '../../api/may.ts'
import SquareTerminal from 'lucide-react/icons/square-terminal'

/** The two acts of every day. */
export function HomeActions({ project }: { readonly project: string }) {
  const mayWrite = useMay('data.write')
  return (
    <>
      {mayWrite && (
        <Button
          variant="default"
          leftSection={<FileUp size={16} aria-hidden="true" />}
          renderRoot={(props) => <Link to="/p/$project/import" params={{ project }} {...props} />}
        >
          Add a file
        </Button>
      )}
      <Button
        leftSection={<SquareTerminal size={16} aria-hidden="true" />}
        renderRoot={(props) => <Link to="/p/$project/explore" params={{ project }} {...props} />}
      >
        Explore
      </Button>
    </>
  )
}
