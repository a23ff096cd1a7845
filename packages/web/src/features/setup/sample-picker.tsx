import { Radio, Text } from '@mantine/core'
import classes from './sample-picker.module.css'
import { samples, type SampleId } from './samples.ts'

type Props = { readonly value: SampleId; readonly onChange: (sample: SampleId) => void }

export function SamplePicker({ value, onChange }: Props) {
  return (
    <Radio.Group label="Begin with" value={value} onChange={(chosen) => onChange(chosen)}>
      <div className={classes.cards}>
        {samples.map(({ id, name, about }) => (
          <Radio.Card key={id} value={id} className={classes.card} aria-label={`${name}: ${about}`}>
            <Radio.Indicator size="xs" />
            <span>
              <Text span fw={600} display="block">
                {name}
              </Text>
              <Text span size="sm" c="dimmed">
                {about}
              </Text>
            </span>
          </Radio.Card>
        ))}
      </div>
    </Radio.Group>
  )
}
