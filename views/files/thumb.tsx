import type { File } from '../../services/file-service/contract.ts'
import { Icon } from '../components/icon.tsx'
import { Html } from '../html.ts'
import type { Messages } from '../messages/index.ts'

/** Where the content of a file is: shown in the browser where that is safe, else downloaded. */
export const contentPath = (file: Pick<File, 'id' | 'inline'>) =>
  `/files/${file.id}${file.inline ? '?inline=true' : ''}`

/** Bytes up to which a picture is its own preview. */
const previewLimit = 2_000_000

/** A picture of the file where it is one and small, an icon elsewhere. Its name stands beside it. */
export const Thumb = ({ file }: { file: Pick<File, 'id' | 'inline' | 'type' | 'size'> }) =>
  file.inline && file.type.startsWith('image/') && file.size <= previewLimit ? (
    <img class="thumb" src={contentPath(file)} alt="" loading="lazy" width="40" height="40" />
  ) : (
    <span class="thumb">
      <Icon name={file.type.startsWith('image/') ? 'image' : 'file'} />
    </span>
  )

type Kind = keyof Messages['files']['kinds']
const kinds: [RegExp, Kind][] = [
  [/^image\//, 'picture'],
  [/^video\//, 'video'],
  [/^audio\//, 'audio'],
  [/^application\/pdf$/, 'pdf'],
  [/spreadsheet|excel/, 'sheet'],
  [/presentation|powerpoint/, 'slides'],
  [/wordprocessing|opendocument\.text|msword|x-hwp|rtf/, 'document'],
  [/zip|x-tar|x-7z|x-rar|compressed|gzip|bzip/, 'archive'],
  [/^text\/plain$/, 'text'],
]
/** What a media type is to people. */
export const kindOf = (type: string): Kind => kinds.find(([pattern]) => pattern.test(type))?.[1] ?? 'other'
