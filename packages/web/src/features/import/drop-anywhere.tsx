import { Text } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { useMay } from '../../api/may.ts'
import { useProjectId } from '../../api/projects.ts'
import classes from './drop-anywhere.module.css'
import { addFiles } from './import-tasks.ts'
import { readDropped } from './read-dropped.ts'

const standardBucket = 'main'

/** Lets files be dropped anywhere on the page that shows it, by whoever may bring them. */
export function DropAnywhere() {
  return useMay('data.write') ? <DropTarget /> : null
}

function DropTarget() {
  const project = useProjectId()
  const navigate = useNavigate()
  const [over, setOver] = useState(false)
  useEffect(() => {
    const hasFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') ?? false
    const onOver = (event: DragEvent): void => {
      if (!hasFiles(event)) return
      event.preventDefault()
      setOver(true)
    }
    const onLeave = (event: DragEvent): void => {
      // Only when the pointer leaves the window: inside, each element is left for the next.
      if (event.relatedTarget === null) setOver(false)
    }
    const onDrop = (event: DragEvent): void => {
      setOver(false)
      if (!hasFiles(event) || event.dataTransfer === null) return
      event.preventDefault()
      void readDropped(event.dataTransfer).then((files) => {
        addFiles(project, files, standardBucket)
        return navigate({ to: '/p/$project/import', params: { project } })
      })
    }
    const stop = new AbortController()
    document.addEventListener('dragover', onOver, { signal: stop.signal })
    document.addEventListener('dragleave', onLeave, { signal: stop.signal })
    document.addEventListener('drop', onDrop, { signal: stop.signal })
    return () => stop.abort()
  }, [navigate, project])
  if (!over) return null
  return (
    <div className={classes.veil} aria-hidden="true">
      <div className={classes.card}>
        <Text fw={600}>Drop to bring it in</Text>
        <Text size="sm" c="dimmed">
          Sealed here, opened by your data plane alone.
        </Text>
      </div>
    </div>
  )
}
