import { Html } from '../html.ts'
import type { Due as DueDate } from '../../services/task-service/contract.ts'
import { dueWords, fullMoment, moment } from '../format.ts'
import type { Reader } from '../reader.ts'
import { Icon } from './icon.tsx'

/** When something happened, in words; the whole moment is in the tooltip. */
export const Time = ({ reader, at }: { reader: Reader; at: string }) => (
  <time datetime={at} title={fullMoment(reader, at)} safe>
    {moment(reader, at)}
  </time>
)

/** A due date in words. Late is told by a triangle and words, then by colour. */
export const Due = ({ reader, due, finished }: { reader: Reader; due: DueDate; finished?: boolean }) => {
  const { words, full, tone, dateTime } = dueWords(reader, due, { finished })
  return (
    <span class={['with', 'with-4', 'due', tone !== 'plain' && tone]} title={full}>
      {tone === 'late' && <Icon name="late" small />}
      <time datetime={dateTime} safe>
        {words}
      </time>
    </span>
  )
}
